using System;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>Nothing in a test waits without end, and nothing waits for time to pass: it waits for a condition, and fails when that does not come.</summary>
internal static class Deadlines
{
    /// <summary>For whatever should happen at once; generous, because machines that run tests are busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<T> Within<T>(this Task<T> task, TimeSpan? deadline = null, string what = "")
    {
        try
        {
            return await task.WaitAsync(deadline ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not within {deadline ?? Patience}: {(what.Length > 0 ? what : "an answer")}");
        }
    }

    public static Task Within(this Task task, TimeSpan? deadline = null, string what = "") =>
        task.ContinueWith(static done => { done.GetAwaiter().GetResult(); return true; }, TaskContinuationOptions.ExecuteSynchronously).Within(deadline, what);
}

/// <summary>Polls for something that another thread or process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task True(Func<bool> condition, string what, TimeSpan? deadline = null) => True(() => Task.FromResult(condition()), what, deadline);

    public static async Task True(Func<Task<bool>> condition, string what, TimeSpan? deadline = null)
    {
        var end = Environment.TickCount64 + (long)(deadline ?? Deadlines.Patience).TotalMilliseconds;
        while (!await condition())
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"not within {deadline ?? Deadlines.Patience}: {what}");
            await Task.Delay(Pause);
        }
    }
}
