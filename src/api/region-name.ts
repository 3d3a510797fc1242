/** What can be the name of a region: in credentials, in settings, in ARNs. Whether AWS has such a region is nobody's business here. */
import { regionNameLengthMax } from './limits.ts'

const regionNamePattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

export function isRegionName(text: string): boolean {
  return text.length <= regionNameLengthMax && regionNamePattern.test(text)
}
