"""What a route takes besides its path, query and body: `name: NamedDependency[Type]`.

The framework would start a group of tasks in every request to find these, which costs more than
the statement that reads a task; here the route finds them in the request by itself.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps

from litestar.di import Dependency

from groundplane.wire import auth
from groundplane.wire.requests import HttpRequest, asked

SERVICES = "services"  # in the app's state: what does not change from request to request
NEEDS = "needs"  # in a handler's opt
OF_REQUEST: Mapping[str, Callable[[HttpRequest], object]] = {
    "tenant": auth.tenant,
    "api_key": auth.api_key,
    "person": auth.person,
    "asked": asked,
}

Function = Callable[..., Awaitable[object]]


def needs_of(function: Function) -> list[str]:
    """Which of its parameters are `NamedDependency`."""
    return [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if any(isinstance(one, Dependency) for one in _metadata(parameter.annotation))
    ]


def served(function: Function, needs: Sequence[str]) -> Function:
    """The same route, which leaves only what the framework itself gives to be asked for."""
    if not needs:
        return function
    signature = inspect.signature(function)
    takes_request = "request" in signature.parameters

    @wraps(function)
    async def finding(request: HttpRequest, **given: object) -> object:
        for name in needs:
            find = OF_REQUEST.get(name)
            given[name] = request.app.state[SERVICES][name] if find is None else find(request)
        if takes_request:
            given["request"] = request
        return await function(**given)

    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=HttpRequest)
    left = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in signature.parameters.items()
        if name not in (*needs, "request")
    ]
    parameters = [*left, request]
    # The two places that a framework looks at.
    vars(finding)["__signature__"] = signature.replace(parameters=parameters)
    finding.__annotations__ = {one.name: one.annotation for one in parameters} | {
        "return": signature.return_annotation
    }
    return finding


def unserved(needs: Sequence[str], services: Mapping[str, object]) -> list[str]:
    """What nobody would find."""
    return [name for name in needs if name not in OF_REQUEST and name not in services]


def _metadata(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__metadata__", ())
