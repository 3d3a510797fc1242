/** Where the server is that a command asks: the flag, or where the other tools of this shell go, or where Stator is unless told otherwise. */
import { type Environment, UsageError } from '../read-arguments.ts'

const defaultAddress = 'http://127.0.0.1:8000'

/** Never an address of AWS by default. `given` is what was typed behind --endpoint. Throws UsageError. */
export function endpointAddress(given: string | undefined, environment: Environment): URL {
  const { AWS_ENDPOINT_URL_DYNAMODB: ofDynamodb, AWS_ENDPOINT_URL: ofAll } = environment
  const address = given || ofDynamodb || ofAll || defaultAddress
  const url = URL.parse(address)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new UsageError(`'${address}' is not the address of an endpoint, such as ${defaultAddress}.`)
}
