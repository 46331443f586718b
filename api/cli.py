"""``coder serve``: the HTTP service of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {name: {"handlers": ["stderr"], "level": "INFO", "propagate": False} for name in ("api", "uvicorn")},
}


@app.command(help="启动 HTTP 服务：/ 是粘贴病历的页面，/docs 是接口说明。")
def serve(
    host: Annotated[str, typer.Option(help="监听地址；默认只有本机可以访问。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；0 表示任选一个空闲端口。")] = 8000,
) -> None:
    """Run the service until it is interrupted."""
    import uvicorn

    from api.app import create_app, load_default_coder

    if host not in _LOOPBACK:
        typer.echo(f"警告：正在监听 {host}，服务没有身份验证，请只在受控的内网中使用", err=True)
    # Loaded here and not by the server, a damaged installation is one line instead of the server's traceback.
    application = create_app(coder=load_default_coder())
    # The access log would write addresses with their query, which may hold a patient's words; the guard logs routes.
    uvicorn.run(application, host=host, port=port, access_log=False, server_header=False, log_config=LOGGING)
