/** Reads the end of a text file. */
import { openRegular } from './read-file.ts'

/**
 * Returns the last lines of a file, as far as they are within its last `maxBytes`.
 * @returns empty if there is no such file
 */
export async function readLastLines(path: string, of: { lines: number; maxBytes: number }): Promise<string> {
  const { lines, maxBytes } = of
  const file = await openRegular(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const bytes = Math.min(size, maxBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes)
    const text = buffer.subarray(0, bytesRead).toString('utf8')
    // The first line may be cut.
    const whole = (bytes < size ? text.slice(text.indexOf('\n') + 1) : text).replace(/\n$/, '').split('\n')
    return whole
      .slice(-lines)
      .map((line) => `${line}\n`)
      .join('')
  } finally {
    await file.close()
  }
}
