# One image for serve, web, worker and migrate. Give PYTHON with a digest to pin the base.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
# --build-arg PIP_INDEX_URL=… builds from a mirror.
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/leavemsg
# The dependencies change seldom: a layer of their own.
COPY requirements.lock ./
RUN /opt/leavemsg/bin/pip install --no-deps --require-hashes --only-binary=:all: \
      -r requirements.lock \
 && /opt/leavemsg/bin/pip check
COPY pyproject.toml README.md LICENSE piccolo_conf.py ./
COPY app ./app
COPY web ./web
COPY tasks ./tasks
COPY cli ./cli
COPY tests/fakes ./tests/fakes
RUN /opt/leavemsg/bin/pip install --no-deps --no-build-isolation . \
 && /opt/leavemsg/bin/pip check \
 && /opt/leavemsg/bin/pip uninstall --yes setuptools pip

FROM ${PYTHON}
RUN groupadd --gid 10001 leavemsg \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin leavemsg \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data /data/files /data/backups
COPY --from=build /opt/leavemsg /opt/leavemsg
# The root file system may be read-only: nothing is written but to /data and /tmp.
ENV PATH=/opt/leavemsg/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LEAVEMSG_HOST=0.0.0.0 \
    LEAVEMSG_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8080') + '/livez', timeout=3)"]
ENTRYPOINT ["leavemsg"]
CMD ["serve"]
