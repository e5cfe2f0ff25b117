using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// What the processes of one real user use together: the limits RLIMIT_NPROC and RLIMIT_SIGPENDING count per user. Counted; it lives as long as a
/// process or a waiting signal refers to it.
/// </summary>
internal sealed class UserAccount
{
    private const int Buckets = 32;

    private static UserAccount[] s_accounts;

    private readonly uint _user;
    private UserAccount _next;
    private int _references;

    private UserAccount(uint user) => _user = user;

    /// <summary>Threads and zombies.</summary>
    public int TaskCount { get; set; }

    /// <summary>What the user's POSIX message queues count for RLIMIT_MSGQUEUE.</summary>
    public ulong QueueBytes { get; set; }

    /// <summary>Signals with details that wait in queues.</summary>
    public int QueuedSignalCount { get; set; }

    /// <summary>The account of a user, with a reference.</summary>
    public static UserAccount Of(uint user)
    {
        s_accounts ??= new UserAccount[Buckets];
        ref UserAccount bucket = ref s_accounts[user & (Buckets - 1)];
        for (UserAccount account = bucket; account != null; account = account._next)
        {
            if (account._user != user) continue;
            account._references++;
            return account;
        }
        bucket = new UserAccount(user) { _next = bucket, _references = 1 };
        return bucket;
    }

    public void AddReference() => _references++;

    public void Release()
    {
        if (--_references != 0) return;
        ref UserAccount bucket = ref s_accounts[_user & (Buckets - 1)];
        if (bucket == this) bucket = _next;
        else
        {
            UserAccount before = bucket;
            while (before._next != this) before = before._next;
            before._next = _next;
        }
        KernelHeap.Free(this);
    }
}
