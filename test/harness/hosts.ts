/**
 * Hosts for machines of a fleet, whose ways to the queue and to the bucket can be cut and slowed down: network
 * namespaces, where this machine allows them, or relays on loopback.
 */
import { execFileSync } from 'node:child_process'
import { type Relay, startRelay } from './relay.ts'
import { startProxy } from './proxy.ts'

export type Way = 'queue' | 'bucket'

export interface Host {
  /** The environment of a worker there. */
  readonly env: Readonly<Record<string, string>>
  /** The start of a command line that runs the rest of it there. */
  readonly under: readonly string[]
  readonly cut: (way: Way) => void
  readonly mend: (way: Way) => void
  /** A few dozen kB a second from now on. */
  readonly slow: (way: Way) => void
}

export interface Hosts {
  readonly hosts: readonly Host[]
  /** Where everybody, the machine that runs the job too, reaches the bucket. */
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/** Ports of loopback. */
interface Ports {
  readonly queue: number
  readonly bucket: number
}

const SLOW_BYTES_PER_SECOND = 20_000

/** Each host reaches the queue through a relay, and the bucket through a proxy behind one. */
export async function makeRelayedHosts(count: number, ports: Ports): Promise<Hosts> {
  const proxy = await startProxy({ toPort: ports.bucket })
  const relays: Relay[] = []
  const start = async (toPort: number) => {
    const relay = await startRelay({ toPort })
    relays.push(relay)
    return relay
  }
  const hosts: Host[] = []
  for (let i = 0; i < count; i++) {
    const ways = { queue: await start(ports.queue), bucket: await start(proxy.port) }
    hosts.push({
      env: {
        OWT_FLEET_QUEUE: `redis://127.0.0.1:${ways.queue.port}`,
        HTTP_PROXY: `http://127.0.0.1:${ways.bucket.port}`,
        NO_PROXY: '',
      },
      under: [],
      cut: (way) => ways[way].cut(),
      mend: (way) => ways[way].mend(),
      slow: (way) => ways[way].slow(SLOW_BYTES_PER_SECOND),
    })
  }
  return {
    hosts,
    endpoint: `http://127.0.0.1:${ports.bucket}`,
    async close() {
      await Promise.all(relays.map((relay) => relay.close()))
      await proxy.close()
    },
  }
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

/** Of the addresses for measurements between networks, which no network has. */
const NETS: Readonly<Record<Way, string>> = { queue: '198.18.1', bucket: '198.18.2' }
const WAYS = ['queue', 'bucket'] as const

/** Names of at most 15 characters. */
const nameOf = (kind: string, number: number | string) => `owt${process.pid}${kind}${number}`

/** Each host is a network namespace with a cable to the network of the queue, and one to that of the bucket. */
export async function makeNamespaces(count: number, ports: Ports): Promise<Hosts> {
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    const relayed = {} as Record<Way, number>
    for (const way of WAYS) {
      const bridge = nameOf('b', way[0] ?? '')
      ip('link', 'add', bridge, 'type', 'bridge')
      ends.push(() => ip('link', 'del', bridge))
      ip('addr', 'add', `${NETS[way]}.254/24`, 'dev', bridge)
      ip('link', 'set', bridge, 'up')
      const relay = await startRelay({ toPort: ports[way], host: `${NETS[way]}.254` })
      ends.push(() => relay.close())
      relayed[way] = relay.port
    }
    const addressOf = (way: Way) => `${NETS[way]}.254:${relayed[way]}`
    const hosts = Array.from({ length: count }, (_, i): Host => {
      const space = nameOf('n', i)
      ip('netns', 'add', space)
      ends.push(() => ip('netns', 'del', space))
      ip('-n', space, 'link', 'set', 'lo', 'up')
      for (const way of WAYS) {
        const [outer, inner] = [nameOf(`o${way[0]}`, i), nameOf(`i${way[0]}`, i)]
        ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', space)
        // It would live as long as any process there.
        ends.push(() => ip('link', 'del', outer))
        ip('link', 'set', outer, 'master', nameOf('b', way[0] ?? ''), 'up')
        ip('-n', space, 'addr', 'add', `${NETS[way]}.${i + 1}/24`, 'dev', inner)
        ip('-n', space, 'link', 'set', inner, 'up')
      }
      const outerOf = (way: Way) => nameOf(`o${way[0]}`, i)
      return {
        env: { OWT_FLEET_QUEUE: `redis://${addressOf('queue')}` },
        under: ['ip', 'netns', 'exec', space],
        cut: (way) => void ip('link', 'set', outerOf(way), 'down'),
        mend: (way) => void ip('link', 'set', outerOf(way), 'up'),
        slow(way) {
          const rate = `${SLOW_BYTES_PER_SECOND * 8}bit`
          const args = ['qdisc', 'add', 'dev', outerOf(way), 'root', 'tbf', 'rate', rate]
          execFileSync('tc', [...args, 'burst', '4kb', 'latency', '2s'], {
            stdio: ['ignore', 'ignore', 'pipe'],
          })
        },
      }
    })
    return { hosts, endpoint: `http://${addressOf('bucket')}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Only root may, where the kernel has bridges, and not in every container. */
export async function mayMakeNamespaces(): Promise<boolean> {
  try {
    const made = await makeNamespaces(1, { queue: 1, bucket: 1 })
    try {
      made.hosts[0]?.slow('bucket')
    } finally {
      await made.close()
    }
    return true
  } catch {
    return false
  }
}
