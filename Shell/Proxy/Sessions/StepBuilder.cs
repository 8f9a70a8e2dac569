using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Lets the async methods of the request path suspend without allocating. The runtime's own pooling builder keeps one box a thread and core for each method, so with more
/// exchanges under way than cores it allocates most of the time; this one keeps as many as were ever needed at once, up to <see cref="Boxes{TMachine,TResult}.SharedMax"/>.
/// </summary>
internal struct StepBuilder<TResult>
{
    private Box<TResult>? _box;
    private TResult _result;

    public readonly Step<TResult> Task => _box is { } box ? new Step<TResult>(box) : new Step<TResult>(_result);

    /// <summary>The box, when it was suspended or has failed.</summary>
    public readonly Box<TResult>? Box => _box;

    public readonly TResult Result => _result;

    public static StepBuilder<TResult> Create() => default;

    /// <summary>Begins the method. What it puts into async locals its caller sees too, other than with the runtime's builders: the session contains that, once a request.</summary>
    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => machine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
        // Suspend copies the machine into its box; there is no other copy to be told of.
    }

    public void SetResult(TResult result)
    {
        if (_box is { } box)
            box.Complete(result);
        else
            _result = result;
    }

    public void SetException(Exception exception) => (_box ??= new FailedBox<TResult>()).Fail(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(Suspend(ref machine).ResumeAction);

    /// <remarks>Optimised from the first call on: until then the cast below would allocate a box for each wait, and in a busy process that takes tens of thousands of requests.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine
    {
        var box = Suspend(ref machine);
        if (default(TAwaiter) is not null && awaiter is IStepAwaiter)
            ((IStepAwaiter)awaiter).Then(box);                       // no boxing: the compiler knows the struct (the runtime's builders do the same)
        else
            awaiter.UnsafeOnCompleted(box.ResumeAction);
    }

    private Box<TResult> Suspend<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            var box = Boxes<TMachine, TResult>.Rent();
            _box = box;                                              // before the copy: this builder is a field of the machine
            box.Machine = machine;
        }

        _box.Context = ExecutionContext.Capture();
        return _box;
    }
}

/// <summary><see cref="StepBuilder{TResult}"/> for methods without a result.</summary>
internal struct StepBuilder
{
    private StepBuilder<bool> _builder;

    public readonly Step Task => new(_builder.Task);

    public static StepBuilder Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _builder.Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine) => _builder.SetStateMachine(machine);

    public void SetResult() => _builder.SetResult(true);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
