using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Objects of one kind kept for reuse: some at hand for each thread, of which the last one given back is the first to be taken, while it is still in the processor's cache; the rest shared, because
/// what is lent on one thread is often given back on another. The kind itself holds what is at hand of it, in a field that is static for each thread: looked up by a type argument it would cost more than
/// all the rest.
/// </summary>
internal sealed class Spares<T>(int atHandMax, int sharedMax)
    where T : class
{
    private readonly ConcurrentQueue<T> _shared = new();
    private int _sharedCount;

    /// <summary>One that was given back, or null.</summary>
    public T? TryTake(AtHand? atHand)
    {
        if (atHand is { Count: > 0 })
            return atHand.Pop();
        if (!_shared.TryDequeue(out var item))
            return null;
        Interlocked.Decrement(ref _sharedCount);
        return item;
    }

    /// <summary>Keeps it, unless this thread and all together have as many as they may: the surplus is left to the garbage collector.</summary>
    public void Give(T item, ref AtHand? atHand)
    {
        atHand ??= new AtHand();
        if (atHand.Count < atHandMax)
            atHand.Push(item);
        else if (Interlocked.Increment(ref _sharedCount) <= sharedMax)
            _shared.Enqueue(item);
        else
            Interlocked.Decrement(ref _sharedCount);
    }

    /// <summary>Those of one thread, newest last.</summary>
    public sealed class AtHand
    {
        private Place[] _places = new Place[16];

        public int Count { get; private set; }

        public T Pop()
        {
            ref var place = ref _places[--Count];
            var item = place.Item!;
            place.Item = null;                                       // whoever drops it later leaves it to the garbage collector
            return item;
        }

        public void Push(T item)
        {
            if (Count == _places.Length)
                Array.Resize(ref _places, 2 * Count);
            _places[Count++].Item = item;
        }

        // An array of structures is written to without asking whether its elements are of another class.
        private struct Place
        {
            public T? Item;
        }
    }
}
