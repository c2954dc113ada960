/** RetCodes of replies: those of the vendor's documents, and for what they lack those of its page of error codes. */
export const CODES = {
  ok: 0,
  failed: 1,
  jobExists: 2,
  noSuchJob: 3,
  badVideo: 4,
  badAudio: 5,
  noStream: 6,
  badParameters: 14001,
  unknownAction: 14002,
  tokenInvalid: 14003,
  tokenExpired: 14004,
  appUnusable: 14005,
  internal: 15001,
} as const

export type RetCode = (typeof CODES)[keyof typeof CODES]

/** Why something is refused. */
export interface Refusal {
  readonly code: RetCode
  readonly message: string
}

export const refusal = (code: RetCode, message: string): Refusal => ({ code, message })
