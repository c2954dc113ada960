import type { serve as english } from '../en/serve.ts'
import type { Translation } from '../translation.ts'

/** 服务的消息。 */
export const serve: Translation<typeof english> = {
  serveListens: (p) => `正在监听 ${p.url}，同时运行 ${p.jobs} 个任务`,
  serveDrains: (p) => `正在结束：不再接受任务，运行中的任务还有 ${p.seconds} 秒；再次收到信号则立即中断`,
  serveOpen: (p) =>
    `serve.host 为 ${p.host}，其他机器可以访问，但 conf/ 的 serve.apps 中没有任何 AppId；请添加 AppId，或监听 127.0.0.1`,
  serveTwice: (p) =>
    `另一个服务（进程 ${p.pid}）正在使用目录 ${p.folder}；请停止它，或将 conf/ 的 serve.folder 设为其他目录`,
  serveNoAddress: (p) => `无法监听 ${p.host} 的端口 ${p.port}（${p.code}）；请用 --host 和 --port 另选地址`,
}
