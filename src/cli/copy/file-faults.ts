/** Why a file, or an object of a bucket, cannot be read or written: with its name, and in words. */

/** Errors that are no fault of the system's, or of how it is compressed, stay as they are. */
export function readFault(name: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string'
    ? new Error(`${name} cannot be read: ${whyNot(error as NodeJS.ErrnoException)}.`, { cause: error })
    : error
}

export function writeFault(name: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return error
  const why = code === 'ENOENT' ? 'its folder is not there' : whyNot(error as NodeJS.ErrnoException)
  return new Error(`${name} cannot be written: ${why}.`, { cause: error })
}

function whyNot({ code = '', message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EISDIR':
      return 'it is a folder'
    case 'ENOTDIR':
      return 'a part of its path is no folder'
    case 'EACCES':
    case 'EPERM':
      return 'it is not permitted'
    case 'ENOSPC':
      return 'the disk is full'
    case 'Z_BUF_ERROR':
      return 'its end is missing'
    default:
      return /^(Z_|ZSTD_)/.test(code) ? `it is not compressed as its name says, or damaged (${message})` : message
  }
}
