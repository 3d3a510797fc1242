/** UpdateEventSourceMapping and DeleteEventSourceMapping: what is said takes effect by itself, soon after (lambda-triggers.md §1.1). */
import { streamArn } from '../../../api/table-name.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { LambdaError, noSuchMapping } from '../contract/errors.ts'
import type { LambdaContext } from '../lambda-context.ts'
import type { Mapping, MappingState } from '../records/mapping.ts'
import { checkUnique, functionOf } from './create-event-source-mapping.ts'
import { describeOne, type MappingDescription } from './describe-mapping.ts'
import { settingsFrom } from './mapping-settings.ts'
import { mappingSeen } from './read-event-source-mappings.ts'

export async function updateEventSourceMapping(
  context: LambdaContext,
  input: LambdaInput<'UpdateEventSourceMapping'>,
): Promise<MappingDescription | undefined> {
  const { engine, records } = context
  const changed = await records.change(({ put }) => {
    const before = mappingSeen(context, input.UUID)
    checkSettled(before)
    const named = input.FunctionName === undefined ? undefined : functionOf(context, input.FunctionName)
    const { qualifier: _, ...rest } = before
    const isEnabled = input.Enabled ?? before.isEnabled
    const mapping: Mapping = {
      ...(named === undefined ? before : { ...rest, functionName: named.name, ...(named.qualifier && { qualifier: named.qualifier }) }),
      settings: settingsFrom(context, input, before.settings),
      isEnabled,
      state: stateFrom(before, isEnabled),
      modifiedMs: engine.clock.now(),
    }
    const { region, account } = engine
    checkUnique(context, mapping, streamArn({ region, account, tableName: mapping.tableName }, mapping.label))
    put(mapping)
    return mapping
  })
  return describeOne(context, changed)
}

export async function deleteEventSourceMapping(
  context: LambdaContext,
  { UUID }: LambdaInput<'DeleteEventSourceMapping'>,
): Promise<MappingDescription | undefined> {
  const { engine, records } = context
  const deleted = await records.change(({ put }) => {
    const before = mappingSeen(context, UUID)
    if (before.state === 'Deleting') throw noSuchMapping()
    const mapping: Mapping = { ...before, state: 'Deleting', isEnabled: false, modifiedMs: engine.clock.now() }
    put(mapping)
    return mapping
  })
  return describeOne(context, deleted)
}

/** [I] The words: while it is on its way it is in use. */
function checkSettled({ state }: Mapping): void {
  if (state === 'Enabled' || state === 'Disabled') return
  throw new LambdaError('ResourceInUseException', `Cannot update the event source mapping because it is in use (State: ${state}).`)
}

function stateFrom({ isEnabled: wasEnabled }: Mapping, isEnabled: boolean): MappingState {
  if (wasEnabled === isEnabled) return 'Updating'
  return isEnabled ? 'Enabling' : 'Disabling'
}
