/** Steps of views, with what their definitions mean. Loaded when there is one. */
import { assert } from '../../base/assert.ts'
import type { CompiledView } from '../../engine/views/contribution.ts'
import { type FoundView, stepViews, sweepViews } from '../../engine/views/keep-views.ts'
import type { ViewBudgets } from '../../engine/views/step-view.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { compiledViewsMax } from '../limits.ts'
import { compileView } from './compile-view.ts'
import { readView } from './view-definition.ts'

/** By what was stored of them, which never changes. */
const compiled = new WeakMap<object, Map<number, CompiledView>>()

/** A bounded step of each view of the region. Resolves with whether one of them did something. */
export function stepViewsOf(engine: MeteredEngine, budgets?: ViewBudgets): Promise<boolean> {
  const known = compiled.get(engine.catalog) ?? new Map<number, CompiledView>()
  compiled.set(engine.catalog, known)
  return stepViews(
    engine,
    (found) => {
      const view = known.get(found.record.viewId) ?? compile(engine, found)
      if (known.size >= compiledViewsMax) known.clear()
      known.set(found.record.viewId, view)
      return view
    },
    budgets,
  )
}

/** Deletes a bounded piece of what was kept for views that are no more. Resolves with whether there was any. */
export function sweepDroppedViews({ store }: MeteredEngine): Promise<boolean> {
  return sweepViews(store)
}

function compile({ catalog }: MeteredEngine, { name, record }: FoundView): CompiledView {
  const [source, target] = [catalog.find(record.from), catalog.find(name)]
  assert(source !== undefined && target !== undefined, 'a view that is kept has both its tables', name)
  return compileView(readView(record.definition), { source: source.key, target: target.key })
}
