import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.js';
import { Empty } from '../ui/states.js';

export function NotFound() {
  return (
    <Empty title="There is nothing at this address.">
      <Link to="/" className={buttonClass()}>
        Home
      </Link>
    </Empty>
  );
}
