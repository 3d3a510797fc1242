/** Routes about sinks: where changes of tables go (docs/sinks.md). */
import type { DescribedSink, SinkList } from '../../operations/sinks/describe-sinks.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type ControlContext, type InRegion, type Route, region } from './route.ts'
import { regionalEngine, regionalEngines } from './table-statistics.ts'

export type { DescribedSink, SinkList }

export interface OfSink extends InRegion {
  readonly sink: string
}

const described =
  '`{ name, region, from, to, state, sinceMs, waitingChanges, ageMs, taken, refused, failures, trouble }`; state is `not begun`, `loading`, `following`, `without table` or `not configured` (this server was not told of it: what changes waits); `waitingChanges` counts the changes that it was not told of yet, at the most, `ageMs` is how old the oldest is; `taken`, `refused` and `failures` count since this server started, `trouble` is a sentence'

export const sinkRoutes: {
  readonly sinks: Route<InRegion, SinkList>
  readonly forgetSink: Route<OfSink, DescribedSink>
} = {
  sinks: {
    method: 'GET',
    path: `${controlRoot}/sinks`,
    does: 'The sinks: where changes of tables go (sinks.md).',
    answers: `\`{ sinks: [sink] }\`, each ${described}`,
    members: { region },
    run: async ({ engine, sinks }, { region: asked }) => {
      const { describeSinks } = await import('../../operations/sinks/describe-sinks.ts')
      const all: DescribedSink[] = []
      for (const regional of regionalEngines(engine, asked)) all.push(...(await describeSinks(regional, sinks)))
      return { sinks: all }
    },
  },
  forgetSink: {
    method: 'DELETE',
    path: `${controlRoot}/sinks/:sink`,
    does: 'Forgets a sink and what waits for it. One that a server is told of begins anew.',
    answers: 'the sink as it was, as above',
    members: { sink: { kind: 'name', required: true, does: 'its name' }, region },
    run: forget,
  },
}

async function forget({ engine, sinks }: ControlContext, { sink: name, region: asked }: OfSink): Promise<DescribedSink> {
  const regional = regionalEngine(engine, asked)
  const { describeSinks } = await import('../../operations/sinks/describe-sinks.ts')
  const { forgetSink } = await import('../../engine/sinks/change-sink.ts')
  const found = (await describeSinks(regional, sinks)).find((each) => each.name === name)
  if (found === undefined) throw new ControlError(404, `There is no sink ${JSON.stringify(name)}.`)
  await forgetSink(regional, name)
  return found
}
