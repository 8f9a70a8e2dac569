using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// What an async method of the request path returns. Like a <see cref="System.Threading.Tasks.ValueTask{TResult}"/> it is awaited exactly once, but it knows who awaits it: a method that
/// waits for another, several deep while a backend thinks, goes on by one virtual call a level, and without allocating (<see cref="Box{TResult}"/>).
/// </summary>
[AsyncMethodBuilder(typeof(StepBuilder<>))]
internal readonly struct Step<TResult>
{
    private readonly StepSource<TResult>? _source;
    private readonly TResult _result;

    public Step(TResult result) => (_source, _result) = (null, result);

    public Step(StepSource<TResult> source) => (_source, _result) = (source, default!);

    public bool IsCompleted => _source is null || _source.IsCompleted;

    public Awaiter GetAwaiter() => new(this);

    internal readonly struct Awaiter(Step<TResult> step) : ICriticalNotifyCompletion, IStepAwaiter
    {
        public bool IsCompleted => step.IsCompleted;

        public TResult GetResult() => step._source is { } source ? source.Take() : step._result;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => Then(new ContinuationOfAction(continuation));

        public void Then(Continuation next) => step._source!.Then(next);
    }
}

/// <summary>A <see cref="Step{TResult}"/> without a result.</summary>
[AsyncMethodBuilder(typeof(StepBuilder))]
internal readonly struct Step(Step<bool> inner)
{
    public bool IsCompleted => inner.IsCompleted;

    public Awaiter GetAwaiter() => new(inner.GetAwaiter());

    internal readonly struct Awaiter(Step<bool>.Awaiter inner) : ICriticalNotifyCompletion, IStepAwaiter
    {
        public bool IsCompleted => inner.IsCompleted;

        public void GetResult() => inner.GetResult();

        public void OnCompleted(Action continuation) => inner.OnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => inner.UnsafeOnCompleted(continuation);

        public void Then(Continuation next) => inner.Then(next);
    }
}

/// <summary>An awaiter that a suspended method of ours is told to without a delegate between them.</summary>
internal interface IStepAwaiter
{
    void Then(Continuation next);
}

/// <summary>What goes on when something awaited is there.</summary>
internal abstract class Continuation
{
    /// <summary>Stands where a continuation would, once there is nothing to wait for.</summary>
    public static readonly Continuation None = new ContinuationOfAction(static () => { });

    public abstract void Resume();
}

/// <summary>For the methods of others, which know only delegates.</summary>
internal sealed class ContinuationOfAction(Action action) : Continuation
{
    public override void Resume() => action();
}

/// <summary>A result to come, for one who awaits it. The result may be set on another thread while the other begins to wait: the exchange of <c>_next</c> decides who goes on.</summary>
internal abstract class StepSource<TResult> : Continuation
{
    private Continuation? _next;
    private TResult _result = default!;
    private Exception? _failure;

    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _next), None);

    protected bool HasFailed => _failure is not null;

    public void Complete(TResult result)
    {
        _result = result;
        Interlocked.Exchange(ref _next, None)?.Resume();
    }

    public void Fail(Exception exception)
    {
        _failure = exception;
        Interlocked.Exchange(ref _next, None)?.Resume();
    }

    public void Then(Continuation next)
    {
        if (Interlocked.CompareExchange(ref _next, next, null) is not null)
            next.Resume();
    }

    /// <summary>The result, once; what was thrown is thrown here.</summary>
    public TResult Take()
    {
        var (result, failure) = (_result, _failure);
        (_result, _failure, _next) = (default!, null, null);
        Taken();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return result;
    }

    /// <summary>Nobody looks at this one any more.</summary>
    protected abstract void Taken();
}
