# syntax=docker/dockerfile:1
FROM node:24-slim AS web

WORKDIR /build/web
COPY web/.npmrc web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/var/cache/npm npm ci --no-progress --cache /var/cache/npm
COPY web ./
RUN node build.mjs


FROM python:3.11-slim AS build

ENV UV_CACHE_DIR=/var/cache/uv \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/kashiman \
    UV_PYTHON=/usr/local/bin/python3.11 \
    UV_PYTHON_DOWNLOADS=never

RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.8

# The dependencies change less often than the code, so they are a layer of their own.
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/var/cache/uv uv sync --frozen --no-dev --no-install-project

COPY . .
COPY --from=web /build/kernel/pages/static/web kernel/pages/static/web
RUN --mount=type=cache,target=/var/cache/uv uv sync --frozen --no-dev --no-editable


FROM python:3.11-slim

RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin kashiman \
    && install --directory --owner=kashiman --group=kashiman --mode=0700 /var/lib/kashiman
COPY --from=build /opt/kashiman /opt/kashiman

ENV PATH=/opt/kashiman/bin:$PATH \
    PYTHONUNBUFFERED=1

USER kashiman
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM

# The same image is every process: `kashiman migrate`, `kashiman serve`, `kashiman worker`.
# DATABASE_URL and KASHIMAN_* come from the environment.
CMD ["kashiman", "serve", "--host", "0.0.0.0", "--port", "8000"]
