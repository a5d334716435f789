/** One document for each operation that specs and callers use. */
const FAILURE = '... on Failure { code message field }';
const QUEUE = '... on QueueCounts { queue waiting failed paused pending }';
const VERSION = '... on ModelVersion { number parent state restores pinnedAt reason extractorHash }';

const mutation = (name: string, input: string, fields: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ${fields} ${FAILURE} } }`;

export const documents = {
  me: '{ me { kind organisation { id name } } }',
  currentModel: '{ currentModel { number extractorVersion extractorHash extractor } }',
  searchSpace: '{ searchSpace }',
  trainingStatus: `{ trainingStatus { pending running currentModel
    lastRun { id state phase progress modelVersion reason trialCount startedAt finishedAt } } }`,
  jobs: '{ jobs { queue waiting active delayed failed completed paused processedLastHour pending oldestPendingAt } }',
  queueJobs: `query ($queue: String!, $state: JobState!, $first: Int! = 20, $after: String) {
    queueJobs(queue: $queue, state: $state, first: $first, after: $after) {
      nodes { id queue name state eventId attempts phase progress failedReason createdAt } pageInfo { hasNextPage endCursor } } }`,
  pauseQueue: mutation('pauseQueue', 'QueueInput', QUEUE),
  resumeQueue: mutation('resumeQueue', 'QueueInput', QUEUE),
  redriveQueue: mutation('redriveQueue', 'QueueInput', QUEUE),
  retryJob: mutation('retryJob', 'JobInput', QUEUE),
  cancelJob: mutation('cancelJob', 'JobInput', QUEUE),
  overview: `{ overview { tasks openTasks untriedTasks recommendations trials { count failed seconds }
    privacy { noised plain leastEpsilon mostEpsilon } days { day trials } } }`,
  taskMap: `query ($id: ID) { taskMap(taskId: $id) { __typename ... on TaskMap { extractorVersion explained of
    points { kind taskId name images trialCount bestScore x y } neighbours { kind taskId name distance bestScore } } ${FAILURE} } }`,
  trialCharts: `query ($id: ID!) { trialCharts(taskId: $id) { __typename ... on TrialCharts { of counted
    bestSoFar { points { index trialId at score } steps { index score } } predicted { points { trialId predictedRank measuredRank } kendallTau recommendations }
    curves { trialId points { step score } } parallel { dimensions { name values } rows { trialId score positions } }
    slices { dimension values { value trials mean least lowerQuartile median upperQuartile best } }
    importance { trials items { dimension share } } pareto(cost: MACS) { front { trialId score macs } others { trialId } } } ${FAILURE} } }`,
  realisedRegrets: `{ realisedRegrets { nodes { recommendationId taskId taskName modelVersion reason trials firstRegret bestRegret bestKnown }
    pageInfo { hasNextPage endCursor } } }`,
  regretByVersion: `{ regretByVersion { modelVersion taskCount trialCount recommendations firsts firstRegret firstError bestRegret bestError expectedRegret } }`,
  searchSpaces:
    '{ searchSpaces { id name version size dimensions { name kind type values default } constraints { where allow because } } }',
  searchSpaceCoverage: `query ($id: ID!) { searchSpaceCoverage(id: $id) { __typename
    ... on SpaceCoverage { id trials configurations dimensions { name values { value trials meanScore bestScore } } } ${FAILURE} } }`,
  trainingRuns: '{ trainingRuns { nodes { id state phase progress secondsLeft } pageInfo { endCursor } } }',
  system: `{ system { version node postgres databaseBytes queueBackend startedAt checks { name ok detail milliseconds }
    migrations { name writtenAt } pendingMigrations } }`,
  modelHealth: '{ modelHealth { current { number evaluation pinnedAt } trialsSince versionsSince } }',
  extractorVersions: '{ extractorVersions { version hash firstModel models current tasks alignmentR2 } }',
  promoteModelVersion: mutation('promoteModelVersion', 'ModelVersionInput', VERSION),
  pinModelVersion: mutation('pinModelVersion', 'ModelVersionInput', VERSION),
  unpinModelVersion: mutation('unpinModelVersion', 'ModelVersionInput', VERSION),
  rollBackModel: `mutation { rollBackModel { __typename ${VERSION} ${FAILURE} } }`,
  organisations: '{ organisations { nodes { id name } pageInfo { hasNextPage endCursor } } }',
  apiKeys: '{ apiKeys { nodes { id organisationId prefix revokedAt } pageInfo { hasNextPage endCursor } } }',
  task: `query ($id: ID!) { task(id: $id) { __typename ... on Task { id name trialCount bestScore } ${FAILURE} } }`,
  tasks: `query ($first: Int! = 20, $after: String) { tasks(first: $first, after: $after) {
    nodes { id name clientKey trialCount bestScore } pageInfo { hasNextPage endCursor } } }`,
  taskCount: '{ taskCount }',
  taskDescription: `query ($id: ID!) { taskDescription(taskId: $id) { __typename
    ... on TaskDescription { rows dimension images batchSize bytes extractorHash noise { epsilon } sentAt } ${FAILURE} } }`,
  trial: `query ($id: ID!) { trial(id: $id) { __typename ... on Trial { id taskName difference { dimension value default } } ${FAILURE} } }`,
  trialTotals: 'query ($filter: TrialFilter) { trialTotals(filter: $filter) { count failed bestScore seconds tasks } }',
  trials: `query ($taskId: ID, $first: Int! = 20, $after: String) { trials(taskId: $taskId, first: $first, after: $after) {
    nodes { id reportId score countedIn cost { macs parameters bytes } } pageInfo { hasNextPage endCursor } } }`,
  recommendation: `query ($id: ID!) { recommendation(id: $id) { __typename ... on Recommendation { id items { rank } } ${FAILURE} } }`,
  recommendations: `query ($taskId: ID) { recommendations(taskId: $taskId) { nodes { id taskId modelVersion } pageInfo { endCursor } } }`,
  recommendationCount: 'query ($filter: RecommendationFilter) { recommendationCount(filter: $filter) }',
  modelVersion: `query ($number: Int!) { modelVersion(number: $number) { __typename
    ... on ModelVersion { number parent state verdict reason trialCount scorer loss seed evaluation } ${FAILURE} } }`,
  modelVersions: '{ modelVersions { nodes { number state trialCount } pageInfo { endCursor } } }',
  signIn: `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on Me { kind } ${FAILURE} } }`,
  signOut: `mutation { signOut { __typename ... on SignedOut { signedOut } ${FAILURE} } }`,
  createOrganisation: `mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
    __typename ... on Organisation { id name } ${FAILURE} } }`,
  createApiKey: `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    __typename ... on CreatedApiKey { secret apiKey { id } } ${FAILURE} } }`,
  revokeApiKey: `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    __typename ... on ApiKey { id revokedAt } ${FAILURE} } }`,
  submitDescription: `mutation ($input: SubmitDescriptionInput!) { submitDescription(input: $input) {
    __typename ... on Task { id name images extractorVersion trialCount } ${FAILURE} } }`,
  recommend: `mutation ($input: RecommendInput!) { recommend(input: $input) { __typename
    ... on Recommendation { id modelVersion items { rank score spread reason configuration configurationId cost { macs parameters bytes }
        explanation { caution againstDefault { dimension value instead gain } againstNext { dimension value instead gain } } }
      neighbours { name distance bestScore } expectedRegret { first firstError bestOfThree bestOfThreeError tasks } } ${FAILURE} } }`,
  reportTrial: `mutation ($input: ReportTrialInput!) { reportTrial(input: $input) {
    __typename ... on Trial { id reportId score state countedIn curve { step score } } ${FAILURE} } }`,
  round: `query ($id: ID!) { round(id: $id) { __typename ... on Round { id state seats joined contributors reason seat } ${FAILURE} } }`,
  rounds: '{ rounds { nodes { id state seat } pageInfo { endCursor } } }',
  roundAnswer: `query ($id: ID!) { roundAnswer(roundId: $id) { __typename ... on RoundAnswer { answer } ${FAILURE} } }`,
  openRound: `mutation ($input: OpenRoundInput!) { openRound(input: $input) { __typename ... on Round { id state threshold } ${FAILURE} } }`,
  joinRound: `mutation ($input: JoinRoundInput!) { joinRound(input: $input) {
    __typename ... on JoinedRound { seat plan extractor lesson trials } ${FAILURE} } }`,
  sendRoundMessage: `mutation ($input: SendRoundMessageInput!) { sendRoundMessage(input: $input) { __typename ... on Round { id state } ${FAILURE} } }`,
  retrain: `mutation { retrain { __typename ... on TrainingStatus { pending } ${FAILURE} } }`,
} as const;

export type OperationName = keyof typeof documents;
