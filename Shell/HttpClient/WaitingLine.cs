using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.HttpClients;

/// <summary>
/// Requests that wait for a place, first come first woken. A place that becomes free wakes one; who was woken and did not need it, or could not use it, wakes the next, so that no
/// place stays free while somebody waits for it. Who comes new may still take a place before who was woken.
/// </summary>
internal sealed class WaitingLine
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = [];
    private int _length;

    public int Length => Volatile.Read(ref _length);

    /// <summary>A place at the end of the line, or null when it is full.</summary>
    public Waiter? Join(int lengthMax)
    {
        lock (_gate)
        {
            if (_line.Count >= lengthMax)
                return null;
            var waiter = new Waiter();
            waiter.Node = _line.AddLast(waiter);
            Interlocked.Increment(ref _length);                       // a full fence: who leaves a place after this sees somebody waiting
            return waiter;
        }
    }

    public void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            var next = waiter.Node!.Next;
            _line.Remove(waiter.Node);
            Interlocked.Decrement(ref _length);
            if (waiter.IsWoken)
                Wake(next);
        }
    }

    /// <summary>To be called before looking for a place again, so that what happens after the look is not missed; true when it had been woken.</summary>
    public bool Rearm(Waiter waiter)
    {
        lock (_gate)
            return waiter.Rearm();
    }

    /// <summary>A place is free.</summary>
    public void Wake()
    {
        lock (_gate)
            Wake(_line.First);
    }

    /// <summary>The place that <paramref name="waiter"/> was woken for is of no use to it.</summary>
    public void PassOn(Waiter waiter)
    {
        lock (_gate)
            Wake(waiter.Node!.Next);
    }

    /// <summary>Everything is different.</summary>
    public void WakeAll()
    {
        lock (_gate)
        {
            foreach (var waiter in _line)
                waiter.Wake();
        }
    }

    private static void Wake(LinkedListNode<Waiter>? from)
    {
        while (from is { Value.IsWoken: true })
            from = from.Next;
        from?.Value.Wake();
    }

    /// <summary>One that waits; only <see cref="Woken"/> may be looked at without the lock.</summary>
    internal sealed class Waiter
    {
        private TaskCompletionSource _woken = New();

        public LinkedListNode<Waiter>? Node { get; set; }

        public bool IsWoken => _woken.Task.IsCompleted;

        /// <summary>Completes when there is reason to look again; its own waiter alone replaces it.</summary>
        public Task Woken => _woken.Task;

        public void Wake() => _woken.TrySetResult();

        public bool Rearm()
        {
            if (!IsWoken)
                return false;
            _woken = New();
            return true;
        }

        // The releasing request must not run the waiting one.
        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
