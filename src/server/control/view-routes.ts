/** Routes about views: tables that follow from other tables (docs/views.md). */
import { ServiceError } from '../../api/errors.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { DescribedView, ViewList } from '../../operations/views/describe-views.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type InRegion, type Route, region } from './route.ts'
import { regionalEngine, regionalEngines } from './table-statistics.ts'

export type { DescribedView, ViewList }

export interface OfView extends InRegion {
  readonly view: string
}

export interface NewView extends InRegion {
  readonly definition: object
}

export interface AppliedView {
  readonly change: 'made' | 'made anew' | 'unchanged'
  readonly view: DescribedView
}

const view = { kind: 'name', required: true, does: 'name of the view, and of its table' } as const
const described =
  '`{ name, region, from, definition, state, sinceMs, waitingChanges, ageMs }`; state is `clearing` (rows of what it was before go), `filling`, `following`, or `without source`; `waitingChanges` counts the changes of the source that are not in it yet, at the most, and `ageMs` is how old the oldest is'

export const viewRoutes: {
  readonly views: Route<InRegion, ViewList>
  readonly applyView: Route<NewView, AppliedView>
  readonly dropView: Route<OfView, DescribedView>
  readonly releaseView: Route<OfView, DescribedView>
} = {
  views: {
    method: 'GET',
    path: `${controlRoot}/views`,
    does: 'The views: tables that follow from other tables (views.md).',
    answers: `\`{ views: [view] }\`, each ${described}`,
    members: { region },
    run: async ({ engine }, { region: asked }) => {
      const { describeViews } = await import('../../operations/views/describe-views.ts')
      const views: DescribedView[] = []
      for (const regional of regionalEngines(engine, asked)) views.push(...(await describeViews(regional)))
      return { views }
    },
  },
  applyView: {
    method: 'POST',
    path: `${controlRoot}/views`,
    does: 'Makes a view with its table, or makes it anew when its definition is another. It is filled in the background.',
    answers: '`{ change, view }`: `made`, `made anew` or `unchanged`, and the view as above; 400 with what is wrong with the definition',
    members: {
      definition: { kind: 'object', required: true, does: 'what it is to be (views.md)' },
      region,
    },
    run: ({ engine }, { definition, region: asked }) => applied(regionalEngine(engine, asked), definition),
  },
  dropView: {
    method: 'DELETE',
    path: `${controlRoot}/views/:view`,
    does: 'Drops a view and its table.',
    answers: 'the view as it was, as above',
    members: { view, region },
    run: ({ engine }, { view: name, region: asked }) => dropped(regionalEngine(engine, asked), name, { keepTable: false }),
  },
  releaseView: {
    method: 'POST',
    path: `${controlRoot}/views/:view/release`,
    does: 'Drops a view and leaves its table, which stays as it is from then on.',
    answers: 'the view as it was, as above',
    members: { view, region },
    run: ({ engine }, { view: name, region: asked }) => dropped(regionalEngine(engine, asked), name, { keepTable: true }),
  },
}

async function applied(engine: MeteredEngine, definition: object): Promise<AppliedView> {
  const { applyView } = await import('../../operations/views/change-views.ts')
  const change = await refusedHere(() => applyView(engine, definition))
  const { name } = definition as { readonly name: string }
  return { change, view: await viewNamed(engine, name) }
}

async function dropped(engine: MeteredEngine, name: string, options: { readonly keepTable: boolean }): Promise<DescribedView> {
  const { dropView } = await import('../../operations/views/change-views.ts')
  const before = await viewNamed(engine, name)
  await refusedHere(() => dropView(engine, name, options))
  return before
}

async function viewNamed(engine: MeteredEngine, name: string): Promise<DescribedView> {
  const { describeViews } = await import('../../operations/views/describe-views.ts')
  const found = (await describeViews(engine)).find((each) => each.name === name)
  if (found === undefined) throw new ControlError(404, `There is no view ${JSON.stringify(name)}.`)
  return found
}

async function refusedHere<T>(run: () => Promise<T>): Promise<T> {
  const { ViewFault } = await import('../../operations/views/view-definition.ts')
  try {
    return await run()
  } catch (error) {
    throw error instanceof ViewFault || error instanceof ServiceError ? new ControlError(400, error.message) : error
  }
}
