import { getRouteApi, Link } from '@tanstack/react-router';
import { CurrentExtractorDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { useCaller } from '../shell/caller.js';
import { Await } from '../ui/await.js';
import { linkClass } from '../ui/link-text.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { DescribeSteps } from './describe-steps.js';
import { Recommended } from './recommended.js';

const route = getRouteApi('/describe');
const nothing = {};

export function DescribeScreen() {
  const { recommendation } = route.useSearch();
  return (
    <Page
      title="Describe here"
      note="Your browser describes a folder of images as the edgelore command does. Images, boxes and file names stay on this machine; you see what would be sent before anything is."
    >
      {recommendation === undefined ? <Describing /> : <Recommended id={recommendation} />}
    </Page>
  );
}

function Describing() {
  const { operator } = useCaller();
  const navigate = route.useNavigate();
  return (
    <>
      {operator && (
        <Notice>
          Operators own no tasks, so nothing can be sent from here; looking at what would be is fine. To send it, make a
          key for the organisation under{' '}
          <Link to="/keys" className={linkClass}>
            Keys
          </Link>
          , sign out, and come in with that key.
        </Notice>
      )}
      <Await of={useScreen(CurrentExtractorDocument, nothing)} lines={6}>
        {({ currentModel }) => (
          <DescribeSteps
            extractor={currentModel.extractor}
            maySend={!operator}
            onRecommended={(recommendation) => navigate({ search: { recommendation } })}
          />
        )}
      </Await>
    </>
  );
}
