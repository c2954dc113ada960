import type { callback as english } from '../en/callback.ts'
import type { Translation } from '../translation.ts'

/** 回调的消息：写入回调正文的，以及关于回调本身的。 */
export const callback: Translation<typeof english> = {
  callbackRestarted: () => '该任务的进程曾被终止，任务继续进行',
  callbackBackedUp: (p) => `无法写入任务的存储桶，文件位于 ${p.place}`,
  callbacksLeft: (p) =>
    `有 ${p.count} 个回调未能送达，已保存在 ${p.file}；下次运行时会先发送它们，也可以用 --replay-callbacks 发送`,
  callbacksLost: (p) => `有 ${p.count} 个回调未能送达，且没有保存；请检查接收方`,
  callbackUntrusted: (p) =>
    `${p.host} 的证书不受信任（${p.code}）；请检查 NotifyUrl` +
    (p.lacks === undefined
      ? ''
      : {
          time: '，以及本机时钟',
          issuer: '；如果使用自建 CA，请用 NODE_EXTRA_CA_CERTS 指定其证书文件',
        }[p.lacks]),
  callbacksReplayed: (p) => `已送达 ${p.delivered} 个回调，剩余 ${p.left} 个`,
  callbacksNoReceiver: (p) =>
    `有 ${p.count} 个回调所属的 NotifyConfig 条目已关闭或已删除；如需发送，请重新启用该条目`,
}
