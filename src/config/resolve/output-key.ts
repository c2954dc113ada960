/** Converts `FileNamePrefix` to the object key of the output. */
import { wellFormed } from '../../text/well-formed.ts'

const MAX_KEY_BYTES = 1000

const isControl = (text: string): boolean => /\p{Cc}/u.test(text)

/**
 * Replaces `$Jobid` (any case), removes leading slashes and empty segments, and appends `.mp4` if missing. An empty
 * prefix gives `<JobId>.mp4`; one that ends in `/` is the folder for that.
 */
export function outputKeyOf({
  prefix,
  jobId,
}: {
  prefix: string
  jobId: string
}): { readonly key: string } | { readonly fault: 'keyLeavesFolder' | 'keyUnusable' } {
  const filled = prefix.trim().replace(/\$(?:jobid|\{jobid\})/gi, () => jobId)
  const isFolder = filled === '' || filled.endsWith('/')
  const segments = (isFolder ? `${filled}${jobId}` : filled).split('/').filter((s) => s !== '' && s !== '.')
  if (segments.some((segment) => segment.split('\\').includes('..'))) return { fault: 'keyLeavesFolder' }
  const joined = wellFormed(segments.join('/'))
  const key = /\.mp4$/i.test(joined) ? joined : `${joined}.mp4`
  const bytes = new TextEncoder().encode(key).length
  return isControl(key) || bytes > MAX_KEY_BYTES ? { fault: 'keyUnusable' } : { key }
}
