# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Slurm of one node on this machine, while a `with` block lasts.

munged, slurmctld and slurmd run as the user who runs the test, with a
configuration, a key, sockets and spool folders of their own in a scratch
folder. Nothing of the system's configuration is read, and no service, cgroup or
data base is needed, so a chroot or a container will do.

Slurm listens on the address of the host's name or on all there are. Where that
name is none of loopback, the daemons get the name localhost if the kernel lets
them have one of their own, and else listen on all addresses.
"""

import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

PROGRAMS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'scontrol', 'squeue',
            'scancel', 'sinfo')
MARK = 'SCORE_SLURM_TEST'
SECONDS = 30            # for the daemons to come up, and to go
TRIES = 3               # somebody may take a port that was free
CLONE_NEWUTS = 0x04000000
LIBC = ctypes.CDLL(None, use_errno=True)

LOOPBACK_ONLY = 'CommunicationParameters=NoCtldInAddrAny,NoInAddrAny'
CONFIGURATION = '''\
ClusterName=score
SlurmctldHost={host}({address})
SlurmctldPort={controller_port}
SlurmdPort={node_port}
{listening}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
PlugStackConfig={folder}/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
JobRequeue=1
MailProg=/bin/true
KillWait=30
MinJobAge=3600
ReturnToService=2
NodeName={host} NodeAddr={address} CPUs={cpus} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
'''


class Unavailable(Exception):
    """There is no Slurm to be had here; the text says why."""


def wait_for(condition, what, seconds=SECONDS):
    """What condition() gives when it is true; an AssertionError past the time."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {seconds} s')
        time.sleep(0.05)


def free_ports(n):
    listeners = [socket.socket() for _ in range(n)]
    for listener in listeners:
        listener.bind(('127.0.0.1', 0))
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def loopback_of(name):
    """Its address where that is one of loopback, else None."""
    try:
        address = socket.gethostbyname(name)
    except OSError:
        return None
    return address if address.startswith('127.') else None


def become_localhost():
    """Gives this process a host's name of its own; whether it may."""
    if LIBC.unshare(CLONE_NEWUTS) != 0:
        return False
    socket.sethostname('localhost')
    return True


def may_become_localhost():
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if become_localhost() else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def processes_with(*settings):
    """Ids of what runs with all of these (NAME=VALUE) in its environment."""
    wanted = {setting.encode() for setting in settings}
    found = []
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if wanted <= set((folder / 'environ').read_bytes().split(b'\0')):
                found.append(int(folder.name))
        except OSError:
            pass        # it has ended, or is somebody else's
    return found


def processes_in(folder):
    """Ids of what has a file of the folder open: slurmstepd is one, and writes
    over its environment."""
    found = set()
    for link in pathlib.Path('/proc').glob('[0-9]*/fd/*'):
        try:
            if os.readlink(link).startswith(f'{folder}/'):
                found.add(int(link.parts[2]))
        except OSError:
            pass
    return found


def kill_all(mark, folder):
    """Ends what belongs to a cluster, and what that starts meanwhile."""
    def kill():
        found = processes_in(folder).union(processes_with(mark))
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return not found
    wait_for(kill, 'the end of all processes')


class Guard:
    """A process that cleans up where this one is killed before it could: jobs
    have no parent that they would end with."""

    def __init__(self, mark, folder):
        ours, self.pipe = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.setsid()
                os.close(self.pipe)
                if not os.read(ours, 1):
                    kill_all(mark, folder)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os._exit(0)
        os.close(ours)

    def dismiss(self):
        os.write(self.pipe, b'.')
        os.close(self.pipe)
        os.waitpid(self.process, 0)


class Cluster:

    def __init__(self, cpus=4):
        self.cpus = cpus
        # In the environment of all that this program starts from now on.
        os.environ[MARK] = uuid.uuid4().hex
        self.mark = f'{MARK}={os.environ[MARK]}'
        self.path = os.environ['PATH'] + ':/usr/sbin:/sbin'
        self.daemons, self.folder = [], None
        self.host = socket.gethostname().partition('.')[0]
        self.address = loopback_of(self.host)
        self.renamed = self.address is None and may_become_localhost()
        if self.renamed:
            self.host, self.address = 'localhost', '127.0.0.1'

    def __enter__(self):
        missing = [program for program in PROGRAMS
                   if not shutil.which(program, path=self.path)]
        if missing:
            raise Unavailable(f'{missing[0]} is not installed')
        for attempt in range(1, TRIES + 1):
            try:
                self.start()
                return self
            except AssertionError as error:
                said = self.what_was_said()
                self.stop()
                if attempt == TRIES or 'in use' not in said:
                    raise Unavailable(f'Slurm does not start here: {error}\n'
                                      f'{said}') from error
            except BaseException:
                self.stop()
                raise
        return self

    def __exit__(self, *_):
        self.stop()

    def configure(self):
        # Not within the build, whose path may be too long for a socket; for
        # munged everybody must be able to pass through.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='score-slurm-'))
        self.folder.chmod(0o711)
        self.guard = Guard(self.mark, self.folder)
        key = self.folder / 'munge.key'
        key.touch(0o600)
        key.write_bytes(os.urandom(128))
        for name in ('state', 'spool'):
            (self.folder / name).mkdir(0o700)
        (self.folder / 'plugstack.conf').touch()
        controller_port, node_port = free_ports(2)
        (self.folder / 'slurm.conf').write_text(CONFIGURATION.format(
            folder=self.folder, cpus=self.cpus, host=self.host,
            address=self.address or '127.0.0.1',
            listening=LOOPBACK_ONLY if self.address else '',
            user=pwd.getpwuid(os.getuid()).pw_name,
            controller_port=controller_port, node_port=node_port))
        self.environment = {**os.environ, 'PATH': self.path,
                            'SLURM_CONF': str(self.folder / 'slurm.conf')}

    def daemon(self, *words):
        with open(self.folder / f'{words[0]}.stderr', 'ab') as log:
            self.daemons.append(subprocess.Popen(
                words, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
                preexec_fn=become_localhost if self.renamed else None))

    def all_run(self):
        for daemon in self.daemons:
            if daemon.poll() is not None:
                raise AssertionError(
                    f'{daemon.args[0]} ended with {daemon.returncode}')
        return True

    def start(self):
        self.configure()
        at = self.folder
        self.daemon('munged', '--foreground', f'--socket={at}/munge.socket',
                    f'--key-file={at}/munge.key', f'--pid-file={at}/munged.pid',
                    f'--log-file={at}/munged.log', f'--seed-file={at}/munged.seed')
        wait_for(lambda: self.all_run() and (at / 'munge.socket').exists(),
                 'munged')
        self.daemon('slurmctld', '-D', '-c')
        self.daemon('slurmd', '-D')
        wait_for(lambda: self.all_run() and self.ask(
            'sinfo', '--noheader', '--format=%T') == 'idle', 'an idle node')

    def what_was_said(self):
        """The errors of the daemons, for who looks into why."""
        lines = []
        for log in sorted(self.folder.glob('*.stderr')):
            lines += [line for line in
                      log.read_text('utf-8', 'replace').splitlines()
                      if 'error' in line.lower() or 'fatal' in line.lower()]
        return '\n'.join(lines[-20:])

    def stop(self):
        """Jobs first, since what runs them is no child of slurmd."""
        if self.folder is None:
            return
        if len(self.daemons) > 1:
            subprocess.run(
                ['scancel', '--quiet', '--full', '--signal=KILL', '--me'],
                env=self.environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.daemons = []
        kill_all(self.mark, self.folder)
        self.guard.dismiss()
        shutil.rmtree(self.folder)
        self.folder = None

    # --- for tests ---

    def run(self, *words, **more):
        """Runs one of Slurm's programs; what it printed."""
        done = subprocess.run(
            list(map(str, words)), stdin=subprocess.DEVNULL,
            env=self.environment, text=True, capture_output=True,
            timeout=SECONDS, check=False, **more)
        if done.returncode != 0:
            raise AssertionError(f'{words[0]} ended with {done.returncode}: '
                                 f'{done.stderr}')
        return done.stdout.strip()

    def ask(self, *words):
        """The same where it may fail: None then."""
        try:
            return self.run(*words)
        except AssertionError:
            return None

    def submit(self, *words, **more):
        """Runs sbatch; the id of the job."""
        return self.run('sbatch', '--parsable', *words, **more)

    def show(self, job):
        """What is known of a job or of one task of an array, by name."""
        words = self.run('scontrol', 'show', '--oneliner', 'job', job).split()
        return dict(word.split('=', 1) for word in words if '=' in word)

    def state(self, job):
        return self.show(job)['JobState']

    def processes_of(self, task):
        """Ids of the script of a task (JOB_INDEX) and of what it started."""
        job, _, index = task.partition('_')
        return processes_with(self.mark, f'SLURM_ARRAY_JOB_ID={job}',
                              f'SLURM_ARRAY_TASK_ID={index}')

    def wait(self, *jobs, seconds=120):
        """Until none of them is waiting or running."""
        wait_for(lambda: self.run(
            'squeue', '--noheader', '--format=%i', f'--jobs={",".join(jobs)}')
            == '', f'the end of job {jobs}', seconds)
