import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { JobSearch } from './jobs/job-search.js';
import { RecommendationSearch } from './recommendations/recommendation-search.js';
import { NotFound } from './shell/not-found.js';
import { Root } from './shell/root.js';
import { RouteFailed } from './shell/route-failed.js';
import { TaskSearch, TasksSearch } from './tasks/task-search.js';
import { TrialSearch } from './trials/trial-search.js';
import { number, oneOf, text } from './ui/search-params.js';

const paged = z.object({ after: text });

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home.screen.js'), 'HomeScreen'),
});

const tasksRoute = createRoute({
  getParentRoute: () => root,
  path: 'tasks',
  validateSearch: TasksSearch,
  component: lazyRouteComponent(() => import('./tasks/tasks.screen.js'), 'TasksScreen'),
});

const taskRoute = createRoute({
  getParentRoute: () => root,
  path: 'tasks/$taskId',
  validateSearch: TaskSearch,
  component: lazyRouteComponent(() => import('./tasks/task.screen.js'), 'TaskScreen'),
});

const describeRoute = createRoute({
  getParentRoute: () => root,
  path: 'describe',
  validateSearch: z.object({ recommendation: text }),
  component: lazyRouteComponent(() => import('./describe/describe.screen.js'), 'DescribeScreen'),
});

const recommendationsRoute = createRoute({
  getParentRoute: () => root,
  path: 'recommendations',
  validateSearch: RecommendationSearch,
  component: lazyRouteComponent(() => import('./recommendations/recommendations.screen.js'), 'RecommendationsScreen'),
});

const recommendationRoute = createRoute({
  getParentRoute: () => root,
  path: 'recommendations/$recommendationId',
  validateSearch: z.object({ why: number }),
  component: lazyRouteComponent(() => import('./recommendations/recommendation.screen.js'), 'RecommendationScreen'),
});

const trialsRoute = createRoute({
  getParentRoute: () => root,
  path: 'trials',
  validateSearch: TrialSearch,
  component: lazyRouteComponent(() => import('./trials/trials.screen.js'), 'TrialsScreen'),
});

const trialRoute = createRoute({
  getParentRoute: () => root,
  path: 'trials/$trialId',
  component: lazyRouteComponent(() => import('./trials/trial.screen.js'), 'TrialScreen'),
});

const modelsRoute = createRoute({
  getParentRoute: () => root,
  path: 'models',
  validateSearch: paged,
  component: lazyRouteComponent(() => import('./models/models.screen.js'), 'ModelsScreen'),
});

const modelRoute = createRoute({
  getParentRoute: () => root,
  path: 'models/$number',
  component: lazyRouteComponent(() => import('./models/model.screen.js'), 'ModelScreen'),
});

const regretRoute = createRoute({
  getParentRoute: () => root,
  path: 'regret',
  validateSearch: z.object({ by: oneOf(['version', 'tasks']), version: number, after: text }),
  component: lazyRouteComponent(() => import('./regret/regret.screen.js'), 'RegretScreen'),
});

const system = createRoute({
  getParentRoute: () => root,
  path: 'system',
  component: lazyRouteComponent(() => import('./system/system.screen.js'), 'SystemScreen'),
});

const searchSpaces = createRoute({
  getParentRoute: () => root,
  path: 'search-spaces',
  component: lazyRouteComponent(() => import('./search-spaces/search-spaces.screen.js'), 'SearchSpacesScreen'),
});

const jobsRoute = createRoute({
  getParentRoute: () => root,
  path: 'jobs',
  validateSearch: JobSearch,
  component: lazyRouteComponent(() => import('./jobs/jobs.screen.js'), 'JobsScreen'),
});

const keysRoute = createRoute({
  getParentRoute: () => root,
  path: 'keys',
  validateSearch: paged,
  component: lazyRouteComponent(() => import('./keys/keys.screen.js'), 'KeysScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    tasksRoute,
    taskRoute,
    describeRoute,
    recommendationsRoute,
    recommendationRoute,
    trialsRoute,
    trialRoute,
    modelsRoute,
    modelRoute,
    regretRoute,
    searchSpaces,
    system,
    jobsRoute,
    keysRoute,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
