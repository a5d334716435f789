const PURE = '^libs/(kernels|tensor|search-space|descriptors|ranking|detection|privacy|recipes|federation)/';

/** The directions of the house: see docs/adr/0001-the-house.md. */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-libs-stay-pure',
      severity: 'error',
      from: { path: PURE, pathNot: '\\.spec\\.' },
      to: { path: '^(apps|client-sdk|bench|migrations|libs/(domain|platform))/' },
    },
    {
      name: 'pure-libs-know-no-technology',
      severity: 'error',
      from: { path: PURE, pathNot: '\\.spec\\.' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|bullmq|ioredis|fastify|mercurius|sharp)/' },
    },
    {
      name: 'pure-libs-touch-neither-network-nor-disk',
      severity: 'error',
      from: { path: PURE, pathNot: '\\.spec\\.|^libs/kernels/(src/host/|build\\.mjs)' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|module|path|url|worker_threads|os|zlib)$' },
    },
    {
      name: 'what-runs-in-browsers-needs-no-node',
      severity: 'error',
      from: { path: '^libs/(descriptors|privacy)/src/', pathNot: '\\.spec\\.|/testing/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-sdk-in-browsers-needs-no-node',
      severity: 'error',
      from: { path: '^client-sdk/src/browser\\.' },
      to: { path: '^(node:|fs|path|os|crypto|zlib|worker_threads|child_process)|node_modules/sharp/', reachable: true },
    },
    {
      name: 'sdk-uses-pure-libs-only',
      severity: 'error',
      from: { path: '^client-sdk/' },
      to: { path: '^(apps|bench|migrations|libs/(domain|platform))/' },
    },
    {
      name: 'platform-knows-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^(apps|client-sdk|bench|libs/(?!platform/))' },
    },
    {
      name: 'domain-stays-below-apps',
      severity: 'error',
      from: { path: '^libs/domain/' },
      to: { path: '^(apps|client-sdk|bench)/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'console-knows-the-schema-only',
      comment: 'and describes with what the client describes with',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: {
        path: '^(apps|libs|client-sdk|bench|migrations)/',
        pathNot: '^(apps/console/|client-sdk/(src|dist)/browser\\.)',
      },
    },
    {
      name: 'only-a-public-face-is-imported',
      severity: 'error',
      from: { path: '^(apps|libs|client-sdk|bench)/([^/]+)' },
      to: { path: '^libs/([^/]+)/(src|dist)/(?!(testing/)?index\\.)', pathNot: '^$1/$2/' },
    },
    {
      name: 'no-dev-dependencies-in-products',
      severity: 'error',
      from: { path: '^(apps|libs|client-sdk)/', pathNot: '\\.spec\\.|/testing/|^apps/console/[^/]+\\.mjs$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@tensorflow/tfjs-node$|^@graphql-typed-document-node/core$' },
    },
  ],
  options: {
    includeOnly: undefined,
    doNotFollow: { path: '(node_modules|/dist/)' },
    exclude: { path: '(^|/)dist/.*\\.spec\\.' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
