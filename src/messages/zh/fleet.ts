import type { fleet as english } from '../en/fleet.ts'
import type { Translation } from '../translation.ts'

/** 多机任务的消息。 */
export const fleet: Translation<typeof english> = {
  commandSplit: () => '把任务拆成子任务写入存储桶，供任意机器用 `task` 完成',
  commandTask: () => '完成 `split` 所列计划中的一个子任务后退出',
  optionCollect: () => '从存储桶取回 `task` 已完成的部分，本机只完成其余部分',
  usageNoTask: () => '需要计划和其中一个子任务的序号',
  splitDone: (p) => `${p.plan}：共 ${p.tasks} 个子任务`,
  taskDone: (p) => `子任务 ${p.number}/${p.of}（${p.name}）：${p.isMade ? '已完成' : '此前已完成'}`,
  taskPlanMissing: (p) => `计划 ${p.plan} 不存在：任务可能已经结束；请用 owt-main split 重新生成`,
  taskPlanUnusable: (p) => `${p.plan} 不是本版本程序能够识别的子任务计划；请用相同版本的 owt-main split 生成`,
  taskMissing: (p) => `没有第 ${p.number} 个子任务：该计划的子任务为 1 至 ${p.of}`,
  taskOtherMakers: (p) =>
    `该计划所用的 ${p.name}（"${p.wanted}"）与本机的（"${p.own}"）不同，输出可能不一致；请让同一任务的所有机器使用相同的镜像`,
}
