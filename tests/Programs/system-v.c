/* System V semaphores and message queues: every call with its errors, sleeps, SEM_UNDO, removal; ends with nothing left. */
#define _GNU_SOURCE
#include "show.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>

static int set;

static int operate(int number, int change, int flags)
{
    struct sembuf operation = { (unsigned short)number, (short)change, (short)flags };
    return semop(set, &operation, 1);
}

static int timed(int number, int change, long milliseconds)
{
    struct sembuf operation = { (unsigned short)number, (short)change, 0 };
    struct timespec time = { 0, milliseconds * 1000000 };
    return semtimedop(set, &operation, 1, &time);
}

static void show_values(void)
{
    unsigned short values[4];
    semctl(set, 0, GETALL, values);
    printf("  values %d %d %d %d\n", values[0], values[1], values[2], values[3]);
}

static void on_signal(int number) { }

static void semaphores(void)
{
    struct semid_ds status;
    struct seminfo information;
    int number;
    SHOW(semget(IPC_PRIVATE, 0, 0600));
    SHOW(semget(IPC_PRIVATE, 32001, 0600));
    SHOW(semget(0x12345678, 4, 0600));
    SHOW((set = semget(0x12345678, 4, IPC_CREAT | IPC_EXCL | 0600)) >= 0);
    SHOW(semget(0x12345678, 4, IPC_CREAT | IPC_EXCL | 0600));
    SHOW(semget(0x12345678, 5, 0600));
    SHOW(semget(0x12345678, 2, 0600) == set);
    SHOW(semctl(set, 0, IPC_STAT, &status));
    printf("  %lu semaphores, mode %o, key %x, otime %ld, changed %d\n", status.sem_nsems, status.sem_perm.mode, status.sem_perm.__key, status.sem_otime, status.sem_ctime != 0);
    show_values();
    SHOW(operate(0, 3, 0));
    SHOW(operate(0, -1, 0));
    SHOW(operate(1, -1, IPC_NOWAIT));
    SHOW(operate(4, 1, 0));
    SHOW(operate(0, 32767, 0));
    SHOW(operate(0, 0, IPC_NOWAIT));
    SHOW(operate(1, 0, IPC_NOWAIT));
    SHOW(semop(set, NULL, 0));
    SHOW(semop(set, NULL, 501));
    SHOW(semop(set, (struct sembuf *)bad_pointer, 1));
    SHOW(semop(-1, NULL, 1));
    /* All or none. */
    struct sembuf operations[3] = { { 0, -1, 0 }, { 1, 1, 0 }, { 2, -1, IPC_NOWAIT } };
    SHOW(semop(set, operations, 3));
    show_values();
    operations[2].sem_op = 5;
    SHOW(semop(set, operations, 3));
    show_values();
    struct sembuf twice[2] = { { 3, 1, 0 }, { 3, -1, 0 } };
    SHOW(semop(set, twice, 2));
    SHOW(timed(3, -1, 20));
    SHOW(semtimedop(set, twice, 1, &(struct timespec){ 0, -1 }));
    SHOW(semctl(set, 3, SETVAL, 32768));
    SHOW(semctl(set, 3, SETVAL, 7));
    SHOW(semctl(set, 3, GETVAL));
    SHOW(semctl(set, 3, GETPID) == getpid());
    SHOW(semctl(set, 2, GETPID) == getpid());
    SHOW(semctl(set, 4, GETVAL));
    SHOW(semctl(set, 0, 99));
    SHOW(semctl(set + 1, 0, GETVAL));
    SHOW(semctl(0, 0, IPC_INFO, &information) >= 0);
    printf("  %d %d %d %d %d %d\n", information.semmni, information.semmns, information.semmsl, information.semopm, information.semvmx, information.semusz);
    unsigned short values[4] = { 1, 0, 2, 0 };
    SHOW(semctl(set, 0, SETALL, values));
    show_values();
    status.sem_perm.mode = 0640;
    SHOW(semctl(set, 0, IPC_SET, &status));
    SHOW(semctl(set, 0, IPC_STAT, &status));
    printf("  mode %o\n", status.sem_perm.mode);

    /* Sleepers: one waits for more, one for zero; a signal ends the third. */
    fflush(stdout);
    pid_t more = fork();
    if (more == 0)
        _exit(operate(1, -2, 0) == 0 ? 10 : 20);
    pid_t zero = fork();
    if (zero == 0)
        _exit(operate(2, 0, 0) == 0 ? 11 : 21);
    pid_t interrupted = fork();
    if (interrupted == 0) {
        struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
        sigaction(SIGUSR1, &action, NULL);
        _exit(operate(3, -1, 0) < 0 ? errno : 22);
    }
    while (semctl(set, 1, GETNCNT) != 1 || semctl(set, 2, GETZCNT) != 1 || semctl(set, 3, GETNCNT) != 1)
        usleep(1000);
    kill(interrupted, SIGUSR1);
    waitpid(interrupted, &number, 0);
    printf("  interrupted: %d\n", WEXITSTATUS(number) == EINTR);
    SHOW(operate(1, 1, 0));
    SHOW(semctl(set, 1, GETNCNT));
    SHOW(operate(1, 1, 0));
    waitpid(more, &number, 0);
    printf("  more: %d\n", WEXITSTATUS(number));
    SHOW(operate(2, -2, 0));
    waitpid(zero, &number, 0);
    printf("  zero: %d\n", WEXITSTATUS(number));
    show_values();

    /* What a process did with SEM_UNDO is taken back at its end. */
    fflush(stdout);
    pid_t undoing = fork();
    if (undoing == 0) {
        operate(1, 5, SEM_UNDO);
        operate(0, -1, SEM_UNDO);
        operate(2, 3, SEM_UNDO);
        show_values();
        semctl(set, 2, SETVAL, 9);
        fflush(stdout);
        _exit(0);
    }
    waitpid(undoing, NULL, 0);
    show_values();

    /* Removal wakes sleepers. */
    fflush(stdout);
    pid_t removed = fork();
    if (removed == 0)
        _exit(operate(3, -1, SEM_UNDO) < 0 ? errno : 23);
    while (semctl(set, 3, GETNCNT) != 1)
        usleep(1000);
    SHOW(semctl(set, 0, IPC_RMID));
    waitpid(removed, &number, 0);
    printf("  removed: %d\n", WEXITSTATUS(number) == EIDRM);
    SHOW(semctl(set, 0, GETVAL));
    SHOW(operate(0, 1, 0));
    SHOW(semget(0x12345678, 0, 0));
}

struct message { long type; char text[100]; };

static int queue;

static int put(long type, const char *text, int flags)
{
    struct message message = { type, "" };
    strcpy(message.text, text);
    return msgsnd(queue, &message, strlen(text) + 1, flags);
}

static void take(long type, size_t room, int flags)
{
    struct message message = { 0, "" };
    errno = 0;
    ssize_t length = msgrcv(queue, &message, room, type, flags | IPC_NOWAIT);
    printf("take %ld: %s", type, result(length));
    printf(length >= 0 ? ", type %ld '%.*s'\n" : "\n", message.type, (int)(length < 0 ? 0 : length), message.text);
}

static void queues(void)
{
    struct msqid_ds status;
    struct msginfo information;
    int number;
    SHOW(msgget(0x87654321, 0600));
    SHOW((queue = msgget(0x87654321, IPC_CREAT | 0620)) >= 0);
    SHOW(msgget(0x87654321, IPC_CREAT | IPC_EXCL | 0600));
    SHOW(msgget(0x87654321, 0) == queue);
    SHOW(put(0, "x", 0));
    SHOW(put(-1, "x", 0));
    SHOW(msgsnd(queue, bad_pointer, 8, 0));
    SHOW(msgsnd(queue, &number, 8193, 0));
    SHOW(msgsnd(-1, &number, 8, 0));
    SHOW(put(5, "five", 0));
    SHOW(put(3, "three", 0));
    SHOW(put(5, "another five", 0));
    SHOW(put(1, "one", 0));
    SHOW(put(4, "", 0));
    SHOW(msgctl(queue, IPC_STAT, &status));
    printf("  %lu messages, %lu bytes of %lu, mode %o, sent by me %d, received %d\n", status.msg_qnum, (unsigned long)status.__msg_cbytes, status.msg_qbytes,
        status.msg_perm.mode, status.msg_lspid == getpid(), status.msg_lrpid);
    take(0, 3, 0);
    take(0, 3, MSG_NOERROR);
    take(5, 100, 0);
    take(5, 100, 0);
    take(-4, 100, 0);
    take(-2, 100, 0);
    take(3, 100, MSG_EXCEPT);
    take(3, 100, MSG_EXCEPT);
    take(0, 100, 0);
    take(0, 100, 0);
    SHOW(msgrcv(queue, &number, (size_t)-1, 0, 0));
    SHOW(msgrcv(queue + 1, &number, 1, 0, 0));
    /* A full queue. */
    static struct message large;
    large.type = 1;
    status.msg_qbytes = 250;
    SHOW(msgctl(queue, IPC_SET, &status));
    SHOW(msgsnd(queue, &large, 100, IPC_NOWAIT));
    SHOW(msgsnd(queue, &large, 100, IPC_NOWAIT));
    SHOW(msgsnd(queue, &large, 100, IPC_NOWAIT));
    fflush(stdout);
    pid_t sender = fork();
    if (sender == 0) {
        large.type = 7;
        _exit(msgsnd(queue, &large, 100, 0) == 0 ? 30 : 40);
    }
    usleep(20000);
    take(1, 0, MSG_NOERROR);
    waitpid(sender, &number, 0);
    printf("  sender: %d\n", WEXITSTATUS(number));
    take(7, 0, MSG_NOERROR);
    take(1, 0, MSG_NOERROR);
    fflush(stdout);
    pid_t receiver = fork();
    if (receiver == 0)
        _exit(msgrcv(queue, &large, 100, 9, 0) == 3 ? 31 : 41);
    usleep(20000);
    SHOW(put(8, "no", 0));
    SHOW(put(9, "it", 0));
    waitpid(receiver, &number, 0);
    printf("  receiver: %d\n", WEXITSTATUS(number));
    SHOW(msgctl(0, IPC_INFO, (struct msqid_ds *)&information) >= 0);
    printf("  %d %d %d %d %d %d\n", information.msgmax, information.msgmnb, information.msgmni, information.msgssz, information.msgpool, information.msgseg);
    fflush(stdout);
    pid_t removed = fork();
    if (removed == 0)
        _exit(msgrcv(queue, &large, 100, 99, 0) < 0 ? errno : 42);
    usleep(20000);
    SHOW(msgctl(queue, IPC_RMID, NULL));
    waitpid(removed, &number, 0);
    printf("  removed: %d\n", WEXITSTATUS(number) == EIDRM);
    SHOW(put(1, "x", 0));
    SHOW(msgctl(queue, 99, NULL));
}

int main(void)
{
    semaphores();
    queues();
    return 0;
}
