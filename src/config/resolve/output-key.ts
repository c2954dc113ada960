/** `FileNamePrefix` -> the object key of the finished file. */

const MAX_KEY_BYTES = 1000

const isControl = (text: string): boolean => /\p{Cc}/u.test(text)

/**
 * The key: `$Jobid` (any case) filled in, leading slashes and empty segments dropped, `.mp4` added where it is
 * missing; empty gives `<JobId>.mp4`, a prefix ending in `/` is a folder for it.
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
  const joined = segments.join('/')
  const key = /\.mp4$/i.test(joined) ? joined : `${joined}.mp4`
  const bytes = new TextEncoder().encode(key).length
  return isControl(key) || bytes > MAX_KEY_BYTES ? { fault: 'keyUnusable' } : { key }
}
