/** A connection to one bucket, opened on first use. */
import type https from 'node:https'
import { isIP } from 'node:net'
// `import type`, since an inline `type` would leave an import that loads the SDK.
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
  /** Description of the bucket, for messages. */
  readonly where: string
  /** The service's host and port, for messages. */
  readonly host: string
  /** Whether requests use HTTPS. */
  readonly isSecure: boolean
  readonly isPathStyle: boolean
  /** Host and port of the proxy for requests. */
  readonly proxy?: string
  readonly vendor: S3Vendor
  readonly bucket: string
  readonly settings: StorageSettings
  /** Space for downloads. */
  readonly room: DiskRoom
  readonly log: StorageLog | undefined
  /** The current client. */
  s3(): S3
  /** The headers of a response. */
  headersOf(answer: object): Headers
  /**
   * Looks for newer credentials than those of a rejected client.
   * @returns whether there may be any; credentials from cfg.json never change
   */
  renew(refused: S3): boolean
  /** A signed link to an object, valid for `seconds`. Sends nothing to the bucket. */
  link(key: string, seconds: number): Promise<string>
  /** What this session has learnt about the service. */
  readonly learnt: {
    /** The service has answered at least once, even if only with an error. */
    hasAnswered: boolean
    /** Hash algorithms that matched here (`right`), and those whose value is something else (`else`). */
    readonly hashes: Map<Algorithm, 'right' | 'else'>
    /** The service does not support conditional writes. */
    comparesNot: boolean
  }
  close(): void
}

/**
 * Loads the SDK and creates a client. Sends nothing.
 * @throws JobError `credentialsWithheld` if the service is not trusted with this machine's credentials,
 *   `addressRefused`, `proxyInvalid`
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
  // Keeps the SDK's warning about future Node releases off stderr.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  // Takes about 250 ms, which a job on a local folder does not need to spend.
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
      // Several requests may be rejected at once: the first looks for credentials, the others use the result.
      if (refused === current())
        clients.push(make(current().config.credentialDefaultProvider({ ignoreCache: true })))
      return true
    },
    async link(key, seconds) {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3')
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
      const { credentials } = current().config
      // A client of its own: what the session's adds to requests would become part of the link.
      const s3 = new S3({
        region: target.region,
        endpoint: target.endpoint,
        forcePathStyle: target.pathStyle,
        credentials,
      })
      try {
        const command = new GetObjectCommand({ Bucket: target.bucket, Key: key })
        return await getSignedUrl(s3, command, { expiresIn: seconds })
      } finally {
        s3.destroy()
      }
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
    // `ask` does the retries: its pauses can be aborted, and it knows what is worth retrying.
    maxAttempts: 1,
    // By default bodies are sent aws-chunked with a checksum trailer, which few services besides AWS support.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A service that ignores `Expect: 100-continue` would stall each part until the request times out.
    expectContinueHeader: false,
    requestHandler: {
      // Without a proxy or restrictions, the SDK uses its own agents.
      ...((proxy || isRestricted(settings.network)) && {
        httpAgent: agent,
        httpsAgent: agent as https.Agent,
      }),
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      // Otherwise a request that exceeds its timeout only causes a warning and waits forever.
      throwOnRequestTimeout: true,
      // Also applies after the response has begun: a body that stops arriving ends with this.
      socketTimeout: settings.requestTimeoutMs,
    },
  }
}

/** Services that report checksums of whole objects on request. */
const TELL_CHECKSUMS: ReadonlySet<S3Vendor> = new Set(['aws', 's3'])

/** Content hashes are in headers, most of which the SDK does not expose. */
function keepHeaders(s3: S3, vendor: S3Vendor, headers: WeakMap<object, Headers>): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as { headers: Record<string, string> }
      const reads = ['GetObjectCommand', 'HeadObjectCommand'].includes(String(context['commandName']))
      // Not the SDK's own parameter, which replaces the response body with a checking stream.
      if (reads && TELL_CHECKSUMS.has(vendor)) request.headers['x-amz-checksum-mode'] = 'ENABLED'
      const result = await next(args)
      headers.set(result.output, (result.response as { headers: Headers }).headers)
      return result
    },
    { step: 'build', name: 'keepHeaders' },
  )
}

/** Host and port only: an endpoint URL may contain a user name and password. */
function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'the endpoint'
}
