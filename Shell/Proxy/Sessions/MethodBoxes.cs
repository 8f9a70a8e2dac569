using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks.Sources;

namespace Fairlead.Proxy.Sessions;

/// <summary>A suspended method whose result is awaited: what <see cref="PooledMethodBuilder{TResult}"/> hands to the caller.</summary>
internal abstract class Box<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<TResult> _source;

    protected Box() => Resume = Continue;

    /// <summary>Runs the method on to its next suspension or its end.</summary>
    public Action Resume { get; }

    /// <summary>What flows through the method (activities, async locals of hooks).</summary>
    public ExecutionContext? Context { get; set; }

    public short Version => _source.Version;

    public void Complete(TResult result) => _source.SetResult(result);

    public void Fail(Exception exception) => _source.SetException(exception);

    public TResult GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            Context = null;
            Return();
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Moves the method on.</summary>
    protected abstract void Advance();

    /// <summary>Forgets the method and goes back to its kind.</summary>
    protected abstract void Return();

    private void Continue()
    {
        if (Context is { } context)
            ExecutionContext.Run(context, static box => ((Box<TResult>)box!).Advance(), this);
        else
            Advance();
    }
}

/// <summary>The boxes of one async method: a few at hand for each thread, the rest shared, because a method often ends on another thread than it began on.</summary>
internal sealed class Boxes<TMachine, TResult> : Box<TResult>
    where TMachine : IAsyncStateMachine
{
    /// <summary>Boxes at hand for a thread.</summary>
    private const int AtHandMax = 32;

    /// <summary>Boxes kept for all threads; more than this many exchanges at once leave the surplus to the garbage collector.</summary>
    public const int SharedMax = 4096;

    private static readonly ConcurrentQueue<Boxes<TMachine, TResult>> Shared = new();
    private static int _sharedCount;

    [ThreadStatic]
    private static Boxes<TMachine, TResult>[]? _atHand;

    [ThreadStatic]
    private static int _atHandCount;

    private TMachine _machine = default!;

    /// <summary>The suspended method; a copy of what the caller's stack held.</summary>
    public ref TMachine Machine => ref _machine;

    public static Boxes<TMachine, TResult> Rent()
    {
        if (_atHandCount > 0)
            return _atHand![--_atHandCount];
        if (!Shared.TryDequeue(out var box))
            return new Boxes<TMachine, TResult>();
        Interlocked.Decrement(ref _sharedCount);
        return box;
    }

    protected override void Advance() => _machine.MoveNext();

    protected override void Return()
    {
        _machine = default!;
        if (_atHandCount < AtHandMax)
        {
            (_atHand ??= new Boxes<TMachine, TResult>[AtHandMax])[_atHandCount++] = this;
            return;
        }

        if (Interlocked.Increment(ref _sharedCount) <= SharedMax)
            Shared.Enqueue(this);
        else
            Interlocked.Decrement(ref _sharedCount);
    }
}
