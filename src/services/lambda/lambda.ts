/** Lambda as a wing: its contract, its operations over event source mappings and the functions of a file, and the jobs that read streams for them. */
import type { ServiceContract } from '../../protocols/service-contract.ts'
import type { Wing } from '../wing.ts'
import { checkLambdaInput } from './contract/check-input.ts'
import { lambdaErrors } from './contract/errors.ts'
import { requestBytesMax } from './contract/limits.ts'
import { type LambdaOperation, lambdaOperations } from './contract/operations.ts'
import { lambdaShapes } from './contract/shapes.ts'
import { lambdaContext } from './lambda-context.ts'
import { lambdaNeeds } from './operations/lambda-needs.ts'
import { lambdaHandlers } from './operations/registry.ts'
import { MappingJobs } from './polling/mapping-jobs.ts'

const contract: ServiceContract = {
  apiVersion: '2015-03-31',
  operations: lambdaOperations,
  shapes: lambdaShapes,
  errors: lambdaErrors,
  fault: { exception: 'ServiceException', message: 'An error occurred and the request cannot be processed.' },
  bodyBytesMax: requestBytesMax,
}

export const lambda: Wing = {
  title: 'Lambda',
  contract,
  open: async (house) => {
    const context = await lambdaContext(house)
    const mappings = new MappingJobs(context)
    return {
      run: async ({ engine, operation, raw }) => {
        const name = operation as LambdaOperation
        const input = checkLambdaInput(name, raw) as never
        // What others changed before they were answered is seen here.
        await Promise.all([context.records.catchUp(), engine.store.get([])])
        return lambdaHandlers[name]({ ...context, engine }, input)
      },
      needs: (call) => lambdaNeeds(context.records, call),
      get jobs() {
        return mappings.jobs
      },
      rest: async () => {
        if (mappings.underWay.length === 0) return false
        await mappings.rest()
        return true
      },
      underWay: () => mappings.underWay,
      close: () => mappings.close(),
    }
  },
}
