/** Routes about what follows from tables: views and sinks. */
import { sinkRoutes } from './sink-routes.ts'
import { viewRoutes } from './view-routes.ts'

export const followingRoutes: typeof viewRoutes & typeof sinkRoutes = { ...viewRoutes, ...sinkRoutes }
