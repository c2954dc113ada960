/** One connection to one bucket, made when it is first needed. */
import type https from 'node:https'
import { isIP } from 'node:net'
// `import type`, for an inline `type` would leave an import that loads the SDK.
import type { S3, S3ClientConfig } from '@aws-sdk/client-s3'
import { JobError } from '../errors.ts'
import type { S3Vendor, StorageTarget } from '../model/job.ts'
import { type Route, openAgents } from '../network/agents.ts'
import { isRestricted } from '../network/rules.ts'
import type { Algorithm, Headers } from './content-hash.ts'
import { type DiskRoom, openDiskRoom } from './disk-room.ts'
import { boundAnswers } from './s3-answer.ts'
import type { StorageLog, StorageSettings } from './storage.ts'
import { isTrustedEndpoint } from './trusted-endpoint.ts'

export type S3Target = Extract<StorageTarget, { kind: 's3' }>

export interface S3Session {
  /** The bucket in words. */
  readonly where: string
  /** The service's host and port, for messages. */
  readonly host: string
  /** Whether requests are sent by https. */
  readonly isSecure: boolean
  readonly isPathStyle: boolean
  /** Host and port of the proxy that requests go through. */
  readonly proxy?: string
  readonly vendor: S3Vendor
  readonly bucket: string
  readonly settings: StorageSettings
  /** For what is fetched. */
  readonly room: DiskRoom
  readonly log: StorageLog | undefined
  /** The client that is good at present. */
  s3(): S3
  /** The headers an answer came with. */
  headersOf(answer: object): Headers
  /**
   * Looks for newer credentials than those of a client that was refused.
   * @returns whether there may be any: those that cfg.json gives stay what they are.
   */
  renew(refused: S3): boolean
  /** What has shown itself in the course of this session. */
  readonly learnt: {
    /** The service has answered at least once, be it by a refusal. */
    hasAnswered: boolean
    /** Kinds of hash that were once right here, and kinds that are something else here. */
    readonly hashes: Map<Algorithm, 'right' | 'else'>
    /** The service takes no condition on a write. */
    comparesNot: boolean
  }
  close(): void
}

/**
 * Loads the SDK and makes a client of it. Nothing is sent yet.
 * @throws JobError `credentialsWithheld` where the service may not have those of this machine, `addressRefused`,
 *   `proxyInvalid`
 */
export async function connect(options: {
  where: string
  target: S3Target
  settings: StorageSettings
  log: StorageLog | undefined
}): Promise<S3Session> {
  const { where, target, settings, log } = options
  if (!target.credentials && !isTrustedEndpoint(target.endpoint, settings)) {
    const entry = (isSecure(target) ? '' : 'http://') + hostOf(target.endpoint)
    throw new JobError({ code: 'credentialsWithheld', params: { where, entry } }, { fault: 'config' })
  }
  // The SDK's notice about Node releases to come goes to stderr, where this worker has one line to say.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // Some 250 ms, which a job on a local folder shall not pay.
  const { S3 } = await import('@aws-sdk/client-s3')
  const headers = new WeakMap<object, Headers>()
  const agents = openAgents(settings.proxy ? process.env : undefined, settings.network)
  const route = agents.routeTo(addressOf(target))
  const make = (credentials: S3ClientConfig['credentials']): S3 => {
    const s3 = new S3({ ...clientConfig(target, settings, route), ...(credentials && { credentials }) })
    keepHeaders(s3, target.vendor, headers)
    boundAnswers(s3, settings)
    return s3
  }
  const clients = [make(target.credentials)]
  const current = (): S3 => clients.at(-1) as S3
  return {
    where,
    host: hostOf(target.endpoint),
    isSecure: isSecure(target),
    isPathStyle: target.pathStyle,
    ...(route.proxy && { proxy: route.proxy.host }),
    vendor: target.vendor,
    bucket: target.bucket,
    settings,
    room: openDiskRoom(settings.leaveFreeMb),
    log,
    s3: current,
    headersOf: (answer) => headers.get(answer) ?? {},
    renew(refused) {
      if (target.credentials) return false
      // Several requests are refused at a time: one of them looks, the others use what it has found.
      if (refused === current())
        clients.push(make(current().config.credentialDefaultProvider({ ignoreCache: true })))
      return true
    },
    learnt: { hasAnswered: false, hashes: new Map(), comparesNot: false },
    close() {
      clients.forEach((s3) => s3.destroy())
      agents.close()
    },
  }
}

const isSecure = ({ endpoint }: S3Target): boolean => /^https:/i.test(endpoint)

/** The host that requests are sent to. */
function addressOf({ endpoint, pathStyle, bucket }: S3Target): URL {
  const url = new URL(endpoint)
  if (!pathStyle && isIP(url.hostname) === 0 && !url.hostname.startsWith('[')) {
    url.hostname = `${bucket}.${url.hostname}`
  }
  return url
}

function clientConfig(target: S3Target, settings: StorageSettings, { agent, proxy }: Route): S3ClientConfig {
  return {
    region: target.region,
    endpoint: target.endpoint,
    forcePathStyle: target.pathStyle,
    // `ask` tries again: it can be stopped in a pause, and knows what is worth another try.
    maxAttempts: 1,
    // By default bodies are sent aws-chunked with a checksum trailer, which few services besides AWS understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A service that ignores `Expect: 100-continue` would keep each part waiting until the request times out.
    expectContinueHeader: false,
    requestHandler: {
      // Where there is nothing to heed, the SDK has agents of its own.
      ...((proxy || isRestricted(settings.network)) && {
        httpAgent: agent,
        httpsAgent: agent as https.Agent,
      }),
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      // Without this a request past its time is only warned about, and waits for ever.
      throwOnRequestTimeout: true,
      // Goes on after the answer has begun: a body that stops flowing ends with this.
      socketTimeout: settings.requestTimeoutMs,
    },
  }
}

/** Services whose checksums of whole objects are told to those who ask for them. */
const TELL_CHECKSUMS: ReadonlySet<S3Vendor> = new Set(['aws', 's3'])

/** Hashes of the content stand in headers, most of which the SDK does not pass on. */
function keepHeaders(s3: S3, vendor: S3Vendor, headers: WeakMap<object, Headers>): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as { headers: Record<string, string> }
      const reads = ['GetObjectCommand', 'HeadObjectCommand'].includes(String(context['commandName']))
      // Not by the SDK's own parameter, which puts a checking stream in the place of the answer's body.
      if (reads && TELL_CHECKSUMS.has(vendor)) request.headers['x-amz-checksum-mode'] = 'ENABLED'
      const result = await next(args)
      headers.set(result.output, (result.response as { headers: Headers }).headers)
      return result
    },
    { step: 'build', name: 'keepHeaders' },
  )
}

/** Host and port only: an endpoint's URL may hold a name and a password. */
function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'the endpoint'
}
