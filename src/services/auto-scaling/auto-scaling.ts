/** Application Auto Scaling as a wing: its contract, its operations over scalable targets, and the job that scales them. */
import type { ServiceContract } from '../../protocols/service-contract.ts'
import type { Wing } from '../wing.ts'
import { checkScalingInput } from './contract/check-input.ts'
import { scalingErrors } from './contract/errors.ts'
import { type ScalingOperation, scalingOperations } from './contract/operations.ts'
import { scalingShapes } from './contract/shapes.ts'
import { scalingHandlers } from './operations/registry.ts'
import { ScalingRounds } from './operations/scale-targets.ts'
import { scalingContext } from './operations/scaling-context.ts'
import { scalingNeeds } from './operations/scaling-needs.ts'
import { tableScaling } from './table-scaling.ts'

const contract: ServiceContract = {
  apiVersion: '2016-02-06',
  operations: scalingOperations,
  shapes: scalingShapes,
  errors: scalingErrors,
  fault: { exception: 'InternalServiceException', message: 'The service encountered an internal error.' },
}

export const autoScaling: Wing = {
  title: 'Application Auto Scaling',
  contract,
  open: async (house) => {
    const context = await scalingContext(house)
    const rounds = new ScalingRounds(context)
    return {
      run: async ({ engine, operation, raw }) => {
        const name = operation as ScalingOperation
        const input = checkScalingInput(name, raw) as never
        // What others changed before they were answered is seen here.
        await Promise.all([context.targets.catchUp(), context.alarms.catchUp(), engine.store.get([])])
        return scalingHandlers[name]({ ...context, engine }, input)
      },
      needs: scalingNeeds,
      tableScaling: () => tableScaling(context),
      jobs: [{ name: 'scale targets', step: (nowMs, lease) => rounds.step(nowMs, lease) }],
    }
  },
}
