using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Objects of one kind kept for reuse: some at hand for each thread, of which the last one given back is the first to be taken, while it is still in the processor's cache; the rest shared, because
/// what is lent on one thread is often given back on another.
/// </summary>
internal static class Spares<T>
    where T : class
{
    private static readonly ConcurrentQueue<T> Shared = new();
    private static int _sharedCount;

    [ThreadStatic]
    private static AtHand? _atHand;

    /// <summary>One that was given back, or null.</summary>
    public static T? TryTake()
    {
        if (_atHand is { Count: > 0 } atHand)
            return atHand.Items[--atHand.Count];
        if (!Shared.TryDequeue(out var item))
            return null;
        Interlocked.Decrement(ref _sharedCount);
        return item;
    }

    /// <summary>Keeps it, unless this thread has <paramref name="atHandMax"/> and there are <paramref name="sharedMax"/> for all: the surplus is left to the garbage collector.</summary>
    public static void Give(T item, int atHandMax, int sharedMax)
    {
        var atHand = _atHand ??= new AtHand();
        if (atHand.Count < atHandMax)
        {
            if (atHand.Count == atHand.Items.Length)
                Array.Resize(ref atHand.Items, 2 * atHand.Count);
            atHand.Items[atHand.Count++] = item;
            return;
        }

        if (Interlocked.Increment(ref _sharedCount) <= sharedMax)
            Shared.Enqueue(item);
        else
            Interlocked.Decrement(ref _sharedCount);
    }

    /// <summary>One object, so that one look-up finds all that is the thread's.</summary>
    private sealed class AtHand
    {
        public T[] Items = new T[16];
        public int Count;
    }
}
