/** The ids in the ARNs of backups, exports, imports and bulk operations (backup-export-import.md §1): in the order of creation. */

/**
 * `<ms, 14 digits>-<8 hexadecimal digits>`. The digits are as unlike as AWS's, and none of these ids is another's: the multiplication is
 * one to one. `number` is one that no table has or will have.
 */
export function timedId(nowMs: number, number: number): string {
  const digits = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16)
  return `${String(Math.floor(nowMs)).padStart(14, '0')}-${digits.padStart(8, '0')}`
}
