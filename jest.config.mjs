export default {
  testEnvironment: '<rootDir>/scripts/jest-environment.mjs',
  roots: [
    '<rootDir>/libs',
    '<rootDir>/client-sdk',
    '<rootDir>/apps',
    '<rootDir>/migrations',
    '<rootDir>/bench',
    '<rootDir>/e2e',
  ],
  testMatch: ['**/dist/**/*.spec.js'],
  transform: {},
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/jest-count-reporter.mjs'],
};
