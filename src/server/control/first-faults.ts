/** The faults that a server has from its start, checked as those that are added later. */
import { runRoute } from './control.ts'
import { ControlError } from './control-error.ts'
import { faultRoutes } from './fault-routes.ts'
import type { ControlContext } from './route.ts'

/** Rejects with a sentence about the first one that makes no sense, or when there may be none. */
export async function addFirstFaults(context: ControlContext, faults: unknown): Promise<void> {
  if (faults === undefined) return
  if (!Array.isArray(faults)) throw new ControlError(400, 'Faults must be a list of them (docs/faults.md).')
  for (const [at, fault] of faults.entries()) {
    await runRoute(context, faultRoutes.addFault, fault).catch((error: unknown) => {
      throw error instanceof ControlError ? new ControlError(error.status, `Fault ${at + 1} of the list: ${error.message}`) : error
    })
  }
}
