using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy;

/// <summary>Something that runs beside the listeners, such as the health checks of a <see cref="LoadBalancer"/>.</summary>
public interface IBackgroundService
{
    /// <summary>Runs until <paramref name="stop"/>; an exception is reported and ends the service, not the process.</summary>
    Task RunAsync(CancellationToken stop);
}

/// <summary>A named background service around a task that the proxy also uses: <see cref="Task"/> gives it back.</summary>
public sealed class BackgroundService<T>(string name, T task) : IBackgroundService, IService
    where T : IBackgroundService
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>What runs.</summary>
    public T Task => task;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stop) => task.RunAsync(stop);
}

/// <summary>Makes a <see cref="BackgroundService{T}"/> without naming its type.</summary>
public static class BackgroundService
{
    /// <summary>The service <paramref name="name"/> that runs <paramref name="task"/>.</summary>
    public static BackgroundService<T> Of<T>(string name, T task)
        where T : IBackgroundService => new(name, task);
}
