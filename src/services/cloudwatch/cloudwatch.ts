/** CloudWatch as a wing: its contract, its operations over the alarms and the metrics of a database, and the job that judges alarms. */
import type { ServiceContract } from '../../protocols/service-contract.ts'
import type { Wing } from '../wing.ts'
import { carryAlarmHistory } from './alarms/carry-over-from-1.ts'
import { cloudWatchErrors } from './contract/errors.ts'
import { requestBytesMax } from './contract/limits.ts'
import { absentOperations, type CloudWatchOperation, cloudWatchOperations } from './contract/operations.ts'
import { readCloudWatchInput } from './contract/read-input.ts'
import { cloudWatchShapes } from './contract/shapes.ts'
import { cloudWatchContext, leasedCloudWatch } from './operations/cloudwatch-context.ts'
import { cloudWatchNeeds } from './operations/cloudwatch-needs.ts'
import { AlarmEvaluation } from './operations/evaluate-alarms.ts'
import { cloudWatchHandlers } from './operations/registry.ts'

const contract: ServiceContract = {
  apiVersion: '2010-08-01',
  operations: cloudWatchOperations,
  absentOperations,
  shapes: cloudWatchShapes,
  errors: cloudWatchErrors,
  fault: {
    exception: 'InternalServiceFault',
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  errorNamespace: 'com.amazonaws.cloudwatch',
  xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  bodyBytesMax: requestBytesMax,
}

export const cloudWatch: Wing = {
  title: 'CloudWatch',
  contract,
  carryOver: carryAlarmHistory,
  open: async (house) => {
    const context = await cloudWatchContext(house)
    const evaluation = new AlarmEvaluation(context)
    return {
      run: async ({ engine, operation, raw, writing }) => {
        const name = operation as CloudWatchOperation
        const input = readCloudWatchInput(name, raw, writing) as never
        // What others changed before they were answered is seen here.
        await context.alarms.catchUp()
        return cloudWatchHandlers[name]({ ...context, engine }, input)
      },
      needs: cloudWatchNeeds,
      jobs: [
        { name: 'judge alarms', step: (nowMs, lease) => evaluation.step(nowMs, lease) },
        { name: 'trim alarm history', step: (_nowMs, lease) => leasedCloudWatch(context, lease).alarms.trimHistory() },
      ],
    }
  },
}
