/** One connection to one bucket, made when it is first needed. */
// `import type`, for an inline `type` would leave an import that loads the SDK.
import type { S3, S3ClientConfig } from '@aws-sdk/client-s3'
import type { StorageTarget } from '../model/job.ts'
import { storageError } from './s3-errors.ts'
import type { StorageSettings } from './storage.ts'

export type S3Target = Extract<StorageTarget, { kind: 's3' }>

export interface S3Session {
  /** The bucket in words. */
  readonly where: string
  /** The service's host and port, for messages. */
  readonly host: string
  readonly bucket: string
  readonly settings: StorageSettings
  readonly s3: S3
}

/** Loads the SDK and makes a client of it. Nothing is sent yet. */
export async function connect(
  where: string,
  target: S3Target,
  settings: StorageSettings,
): Promise<S3Session> {
  // The SDK's notice about Node releases to come goes to stderr, where this worker has one line to say.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // Some 250 ms, which a job on a local folder shall not pay.
  const { S3 } = await import('@aws-sdk/client-s3')
  return {
    where,
    host: hostOf(target.endpoint),
    bucket: target.bucket,
    settings,
    s3: new S3(clientConfig(target, settings)),
  }
}

function clientConfig(target: S3Target, settings: StorageSettings): S3ClientConfig {
  return {
    region: target.region,
    endpoint: target.endpoint,
    forcePathStyle: target.pathStyle,
    ...(target.credentials === undefined ? {} : { credentials: target.credentials }),
    maxAttempts: settings.attempts,
    // By default bodies are sent aws-chunked with a checksum trailer, which few services besides AWS understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A service that ignores `Expect: 100-continue` would keep each part waiting until the request times out.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      // Without this a request past its time is only warned about, and waits for ever.
      throwOnRequestTimeout: true,
      // Goes on after the answer has begun: a body that stops flowing ends with this.
      socketTimeout: settings.requestTimeoutMs,
    },
  }
}

/** Host and port only: an endpoint's URL may hold a name and a password. */
function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'the endpoint'
}

export interface Asked {
  readonly doing: 'read' | 'write'
  readonly key: string
  readonly signal: AbortSignal | undefined
}

/**
 * Sends one request and puts its failure into words.
 * @throws JobError as `storageError` says; the signal's reason once it is aborted.
 */
export async function ask<T>(session: S3Session, about: Asked, send: () => Promise<T>): Promise<T> {
  about.signal?.throwIfAborted()
  try {
    return await send()
  } catch (error) {
    about.signal?.throwIfAborted()
    throw storageError(session, about, error)
  }
}

/** The SDK's options for one request. */
export function sendOptions(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}
