import type { fleet as english } from '../en/fleet.ts'
import type { Translation } from '../translation.ts'

/** 多机任务的消息。 */
export const fleet: Translation<typeof english> = {
  commandSplit: () => '把任务拆成子任务写入存储桶，供任意机器用 `task` 完成',
  commandTask: () => '完成 `split` 所列计划中的一个子任务后退出',
  commandWork: () => '从队列领取并完成任务及其子任务，直到被停止',
  optionQueue: () => '多台机器共用队列的 Redis；优先于 conf/ 中的 fleet.queue',
  optionRemote: () => '由从队列领取任务的机器运行该任务，本机只跟踪其进展',
  optionCollect: () => '从存储桶取回 `task` 已完成的部分，本机只完成其余部分',
  usageNoTask: () => '需要计划和其中一个子任务的序号',
  splitDone: (p) => `${p.plan}：共 ${p.tasks} 个子任务`,
  taskDone: (p) => `子任务 ${p.number}/${p.of}（${p.name}）：${p.isMade ? '已完成' : '此前已完成'}`,
  workTakes: (p) => `${p.machine} 开始领取子任务，最多同时 ${p.tasks} 个`,
  queueUnset: () =>
    '没有指定队列；请使用 --queue redis://...，或在 conf/ 中设置 fleet.queue（OWT_FLEET_QUEUE）',
  queuedSecret: (p) => `${p.path}：URL 含有用户名或查询参数，不能放入队列；请把图片放进存储桶并填写其对象键`,
  serveQueueCredentials: () =>
    '队列中的任务使用领取它的机器的凭证，不使用请求中的密钥；若所有 AppId 都可使用这些凭证，请把 serve.machineCredentials 设为 true',
  queueUnreachable: (p) => `无法连接队列 ${p.address}（${p.detail}），全部由本机完成`,
  queueUnserved: () =>
    '没有 ffmpeg 和程序版本相同的机器从队列领取子任务，由本机完成；请用 owt-main work 启动其他机器',
  queueForgets: () => '队列所用的 Redis 不把数据存盘：它重启后子任务会从头开始；请设置 appendonly yes',
  queueEvicts: (p) =>
    `队列所用的 Redis 在内存用满时可能丢弃子任务（maxmemory-policy ${p.policy}）；请设置 maxmemory-policy noeviction`,
  taskGivenUp: (p) => `各机器已放弃一个子任务：${p.detail}；详情见 owt-main work 的日志`,
  taskFailedThere: (p) => `子任务在 ${p.host} 上失败：${p.detail}`,
  jobElsewhere: (p) => `另一台机器正在运行任务 ${p.jobId}；请等待它结束`,
  taskPlanMissing: (p) => `计划 ${p.plan} 不存在：任务可能已经结束；请用 owt-main split 重新生成`,
  taskPlanUnusable: (p) => `${p.plan} 不是本版本程序能够识别的子任务计划；请用相同版本的 owt-main split 生成`,
  taskMissing: (p) => `没有第 ${p.number} 个子任务：该计划的子任务为 1 至 ${p.of}`,
  taskOtherMakers: (p) =>
    `该计划所用的 ${p.name}（"${p.wanted}"）与本机的（"${p.own}"）不同，输出可能不一致；请让同一任务的所有机器使用相同的镜像`,
}
