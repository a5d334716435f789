/** Every GraphQL document that this client sends. What is not in here never leaves the owner's machine. */
const FAILURE = '... on Failure { code message field }';

const ROUND = 'id state seats joined contributors steps reason';

export const operations = {
  currentModel: `query CurrentModel { currentModel { number extractorVersion extractorHash extractor } }`,

  submitDescription: `mutation SubmitDescription($input: SubmitDescriptionInput!) {
    submitDescription(input: $input) { ... on Task { id name images extractorVersion trialCount bestScore } ${FAILURE} }
  }`,

  recommend: `mutation Recommend($input: RecommendInput!) {
    recommend(input: $input) {
      ... on Recommendation {
        id modelVersion
        items {
          rank score spread configuration configurationId reason cost { macs parameters bytes }
          explanation {
            caution
            againstDefault { dimension value instead gain }
            againstNext { dimension value instead gain }
          }
        }
        neighbours { name distance bestScore }
        expectedRegret { first firstError bestOfThree bestOfThreeError tasks }
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

  rounds: `query Rounds { rounds(first: 1) { nodes { ${ROUND} } } }`,

  round: `query Round($id: ID!) { round(id: $id) { ... on Round { ${ROUND} } ${FAILURE} } }`,

  roundAnswer: `query RoundAnswer($roundId: ID!) { roundAnswer(roundId: $roundId) { ... on RoundAnswer { answer } ${FAILURE} } }`,

  joinRound: `mutation JoinRound($input: JoinRoundInput!) {
    joinRound(input: $input) { ... on JoinedRound { round { ${ROUND} } seat plan extractor lesson trials } ${FAILURE} }
  }`,

  sendRoundMessage: `mutation SendRoundMessage($input: SendRoundMessageInput!) {
    sendRoundMessage(input: $input) { ... on Round { ${ROUND} } ${FAILURE} }
  }`,
} as const;

export type OperationName = keyof typeof operations;
