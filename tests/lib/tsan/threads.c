/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C11 threads by POSIX threads, for ThreadSanitizer: it watches pthread_create and the locks of POSIX, while librdkafka
 * uses those of C11, of which it knows nothing (a thread made that way dies in the first function that it intercepts).
 * glibc's types are the same underneath. Linked into programs of `make tsan` only, before libc.
 *
 * Read-write locks librdkafka takes of POSIX itself, and tsan.supp makes ThreadSanitizer deaf to what it calls; going
 * through here they are heard. Without them a partition's lock, made by one thread under its topic's lock and found by
 * another under it, looks like a race.
 */
#include <pthread.h>
#include <threads.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

struct start {
    thrd_start_t run;
    void *arg;
};

static void *run(void *arg)
{
    struct start s = *(struct start *)arg;
    free(arg);
    return (void *)(intptr_t)s.run(s.arg);
}

int thrd_create(thrd_t *t, thrd_start_t f, void *arg)
{
    struct start *s = malloc(sizeof *s);
    if (!s)
        return thrd_nomem;
    *s = (struct start){.run = f, .arg = arg};
    return pthread_create((pthread_t *)t, NULL, run, s) == 0 ? thrd_success : thrd_error;
}

int thrd_join(thrd_t t, int *ret)
{
    void *p;
    int rc = pthread_join((pthread_t)t, &p);
    if (ret)
        *ret = (int)(intptr_t)p;
    return rc == 0 ? thrd_success : thrd_error;
}

void call_once(once_flag *flag, void (*f)(void))
{
    pthread_once((pthread_once_t *)flag, f);
}

int mtx_init(mtx_t *m, int type)
{
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    int rc = pthread_mutex_init((pthread_mutex_t *)m, &a);
    pthread_mutexattr_destroy(&a);
    return rc == 0 ? thrd_success : thrd_error;
}

int mtx_lock(mtx_t *m)
{
    return pthread_mutex_lock((pthread_mutex_t *)m) == 0 ? thrd_success : thrd_error;
}

int mtx_unlock(mtx_t *m)
{
    return pthread_mutex_unlock((pthread_mutex_t *)m) == 0 ? thrd_success : thrd_error;
}

void mtx_destroy(mtx_t *m)
{
    pthread_mutex_destroy((pthread_mutex_t *)m);
}

int cnd_init(cnd_t *c)
{
    return pthread_cond_init((pthread_cond_t *)c, NULL) == 0 ? thrd_success : thrd_error;
}

int cnd_signal(cnd_t *c)
{
    return pthread_cond_signal((pthread_cond_t *)c) == 0 ? thrd_success : thrd_error;
}

int cnd_broadcast(cnd_t *c)
{
    return pthread_cond_broadcast((pthread_cond_t *)c) == 0 ? thrd_success : thrd_error;
}

int cnd_wait(cnd_t *c, mtx_t *m)
{
    return pthread_cond_wait((pthread_cond_t *)c, (pthread_mutex_t *)m) == 0 ? thrd_success : thrd_error;
}

int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *until)
{
    int rc = pthread_cond_timedwait((pthread_cond_t *)c, (pthread_mutex_t *)m, until);
    return rc == 0 ? thrd_success : rc == ETIMEDOUT ? thrd_timedout : thrd_error;
}

void cnd_destroy(cnd_t *c)
{
    pthread_cond_destroy((pthread_cond_t *)c);
}

/* ThreadSanitizer's own of these names, which those below hide. */
int __interceptor_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int __interceptor_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int __interceptor_pthread_rwlock_unlock(pthread_rwlock_t *l);

int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
    return __interceptor_pthread_rwlock_rdlock(l);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
    return __interceptor_pthread_rwlock_wrlock(l);
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    return __interceptor_pthread_rwlock_unlock(l);
}
