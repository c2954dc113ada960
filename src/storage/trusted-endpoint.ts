/** Which services may receive this machine's credentials when cfg.json names the service. Pure. */
import type { Conf } from '../config/conf-schema.ts'

export type Trust = Pick<Conf['storage'], 'credentialsFor' | 'endpoints' | 'internalNetwork'>

/** Further addresses of the vendors' services. Not whole domains: anyone can rent machines with names in those. */
const FURTHER = [
  'https://s3.amazonaws.com',
  'https://s3.dualstack.{region}.amazonaws.com',
  'https://s3.{region}.amazonaws.com.cn',
  'https://s3.oss-{region}.aliyuncs.com',
]

/**
 * Whether an endpoint is a vendor's own or named by `storage.credentialsFor`. Plain HTTP, which anyone on the path can
 * read, is trusted only if conf/ itself specifies http.
 */
export function isTrustedEndpoint(endpoint: string, trust: Trust): boolean {
  if (!URL.canParse(endpoint)) return false
  const url = new URL(endpoint)
  const { ucloudInternal, ...endpoints } = trust.endpoints
  const templates = [
    ...Object.values(endpoints),
    ...FURTHER,
    ...(trust.internalNetwork ? [ucloudInternal] : []),
  ]
  return (
    templates.some((template) => isOfTemplate(url, template)) ||
    trust.credentialsFor.some((entry) => isNamed(url, entry))
  )
}

function isOfTemplate(url: URL, template: string): boolean {
  const [, scheme = '', host = ''] = /^(https?:)\/\/([^/]+)/i.exec(template) ?? []
  const pattern = host
    .split(/\{region\}/i)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[a-z0-9-]+')
  return isSchemeEnough(url, scheme) && new RegExp(`^${pattern}$`, 'i').test(url.host)
}

/** @param entry host or `*.host` for all names below it, optionally with a port or a scheme */
function isNamed(url: URL, entry: string): boolean {
  const [, scheme = 'https:', wildcard, name = ''] = /^(?:(https?:)\/\/)?(\*\.)?(.+)$/i.exec(entry) ?? []
  if (!isSchemeEnough(url, scheme) || !URL.canParse(`${url.protocol}//${name}`)) return false
  // Normalized like the endpoint: lowercase, with numeric hosts as addresses.
  const named = new URL(`${url.protocol}//${name}`)
  const isPort = !/:\d+$/.test(name) || named.port === url.port
  const isHost = wildcard ? url.hostname.endsWith(`.${named.hostname}`) : url.hostname === named.hostname
  return isPort && isHost
}

const isSchemeEnough = (url: URL, scheme: string): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && scheme.toLowerCase() === 'http:')
