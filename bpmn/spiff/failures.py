"""Technical failures inside a model that only the engine can meet; each becomes an incident."""

from bpmn.errors import ExecutionFailed


class CallTooDeep(ExecutionFailed):
    """调用活动嵌套过深，可能在互相调用。请检查被调用的流程。"""


class CalledProcessMissing(ExecutionFailed):
    """找不到被调用的流程。请把它与本流程一起部署。"""


class TooManyInstances(ExecutionFailed):
    """多实例活动的实例数超过上限。请缩小集合或分批办理。"""


class RepetitionInvalid(ExecutionFailed):
    """多实例的集合不是列表，或次数不是非负整数。请核对集合或次数表达式。"""


class TimerInvalid(ExecutionFailed):
    """定时器的时间无法识别。请填写 ISO 8601 时间、时长或周期，或结果为时间的表达式。"""


class ScriptFailed(ExecutionFailed):
    """脚本无法执行。请改写为“名称 = 表达式”。"""


class DecisionFailed(ExecutionFailed):
    """决策表无法求值。请核对决策表和输入数据。"""
