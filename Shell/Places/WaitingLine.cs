using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Places;

/// <summary>
/// Requests that wait for a place, first come first woken. A place that becomes free wakes one; who was woken and did not need it, or could not use it, wakes the next, so that no
/// place stays free while somebody waits for it. Where turns are kept, who comes new and would take any place joins the end while others wait for any (<see cref="IsSomebodyForAny"/>).
/// </summary>
internal sealed class WaitingLine
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = [];
    private int _length;
    private int _forAny;

    public int Length => Volatile.Read(ref _length);

    /// <summary>True while somebody waits that would take a place anywhere.</summary>
    public bool IsSomebodyForAny => Volatile.Read(ref _forAny) > 0;

    /// <summary>A place at the end of the line, or null when it is full. <paramref name="isForAny"/> is only for those who keep turns.</summary>
    public Waiter? Join(int lengthMax, bool isForAny = false)
    {
        lock (_gate)
        {
            if (_line.Count >= lengthMax)
                return null;
            var waiter = new Waiter(isForAny, looksAtOnce: !isForAny || _forAny == 0);
            waiter.Node = _line.AddLast(waiter);
            _forAny += isForAny ? 1 : 0;
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
            _forAny -= waiter.IsForAny ? 1 : 0;
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
}

/// <summary>One that waits; only <see cref="Woken"/> and <see cref="Abandon"/> are for those without the lock of the line.</summary>
internal sealed class Waiter(bool isForAny, bool looksAtOnce)
{
    private TaskCompletionSource _woken = New();
    private volatile bool _isAbandoned;

    public bool IsForAny => isForAny;

    /// <summary>True when nobody before it would take whatever it would: a place that became free before it joined may have been of no use to them.</summary>
    public bool LooksAtOnce => looksAtOnce;

    /// <summary>True when it waits for nothing any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    public LinkedListNode<Waiter>? Node { get; set; }

    public bool IsWoken => Volatile.Read(ref _woken).Task.IsCompleted;

    /// <summary>Completes when there is reason to look again; its own request alone replaces it.</summary>
    public Task Woken => Volatile.Read(ref _woken).Task;

    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Its client is gone: it need not wait any longer.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        Interlocked.MemoryBarrier();                                  // it rearms, then looks here: one of us sees the other
        Wake();
    }

    public bool Rearm()
    {
        if (!IsWoken)
            return false;
        Interlocked.Exchange(ref _woken, New());
        return true;
    }

    // The releasing request must not run the waiting one.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
