/** What planning, encoding and running a job has to say. */
export const job = {
  internal: (p: { detail: string }) => `internal error: ${p.detail}`,
}
