/** Every GraphQL document that this client sends. What is not in here never leaves the owner's machine. */
const FAILURE = '... on Failure { code message field }';

export const operations = {
  currentModel: `query CurrentModel { currentModel { number extractorVersion extractorHash extractor } }`,

  submitDescription: `mutation SubmitDescription($input: SubmitDescriptionInput!) {
    submitDescription(input: $input) { ... on Task { id name images extractorVersion trialCount bestScore } ${FAILURE} }
  }`,

  recommend: `mutation Recommend($input: RecommendInput!) {
    recommend(input: $input) {
      ... on Recommendation {
        id modelVersion
        items { rank score spread configuration configurationId reason cost { macs parameters bytes } }
        neighbours { name distance bestScore }
      }
      ${FAILURE}
    }
  }`,

  reportTrial: `mutation ReportTrial($input: ReportTrialInput!) {
    reportTrial(input: $input) { ... on Trial { id reportId score countedIn } ${FAILURE} }
  }`,

  trainingStatus: `query TrainingStatus {
    trainingStatus { pending running currentModel lastRun { state phase progress modelVersion reason } }
  }`,
} as const;

export type OperationName = keyof typeof operations;
